export { registerFhir } from "./register.ts";
