/**
 * Why a message gets a soap:Fault, and which. The text tells its sender what to do and quotes nothing of the message.
 *
 * 1000 invalid message; 2100 processing error, send it again; 2200 processing error, do not send it again; 3000 access
 * denied.
 */
export type Refusal = {
  readonly faultCode: FaultCode;
  readonly errorCode: ToolkitErrorCode;
  readonly text: string;
};

export type FaultCode = "VersionMismatch" | "MustUnderstand" | "Client" | "Server";
export type ToolkitErrorCode = 1000 | 2100 | 2200 | 3000;

export const invalidMessage = (text: string): Refusal => ({ faultCode: "Client", errorCode: 1000, text });
export const accessDenied = (text: string): Refusal => ({ faultCode: "Client", errorCode: 3000, text });

/** A refusal on its way out of a reader. */
export class RefusalError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.text);
    this.refusal = refusal;
  }
}

export function refuse(text: string): never {
  throw new RefusalError(invalidMessage(text));
}
