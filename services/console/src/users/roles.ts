import { ROLE_LIST, ROLE_WORDS } from "../text/words.ts";

export const ROLE_CHOICES = ROLE_LIST.map((role) => ({ value: role, text: ROLE_WORDS[role] }));
