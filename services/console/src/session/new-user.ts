import type { FieldError } from "../nhs/messages.tsx";

const PASSWORD_CHARACTERS_MIN = 12;

export const PASSWORD_HINT = `At least ${PASSWORD_CHARACTERS_MIN} characters. Three random words are a good password.`;

/** What is missing before a user can be created. The API has the last word. */
export function newUserErrors(user: { username: string; displayName: string; password: string }): FieldError[] {
  const errors: FieldError[] = [];
  if (user.displayName.trim() === "") errors.push({ field: "displayName", text: "Enter a name" });
  if (user.username.trim() === "") errors.push({ field: "username", text: "Enter a username" });
  if (user.password.length < PASSWORD_CHARACTERS_MIN) {
    errors.push({ field: "password", text: `Enter a password of at least ${PASSWORD_CHARACTERS_MIN} characters` });
  }
  return errors;
}
