/**
 * What the API says about itself. A route is a pattern and an address a host with its port: there is no place here for
 * the address that was asked for, nor for an error's words.
 */
export type ApiEvent =
  | {
      readonly event: "http-answered";
      readonly method: string;
      readonly route: string;
      readonly status: number;
      readonly ms: number;
    }
  | {
      readonly event: "http-failed";
      readonly method: string;
      readonly route: string;
      readonly status: number;
      readonly error: unknown;
    }
  | { readonly event: "http-listening"; readonly address: string }
  | { readonly event: "sign-in"; readonly outcome: string; readonly remote: string };

export type ApiTelemetry = { log(event: ApiEvent): void };
