import { setImmediate as turn } from "node:timers/promises";
import { type Envelope, envelopeSteps, readSoap } from "@chesil/itk";
import { readXmlInTurns } from "@chesil/xml";

/** The envelope in a message as it was received, in SOAP or bare; slice by slice, so that others run between. */
export async function readStoredEnvelope(body: Uint8Array): Promise<Envelope | undefined> {
  const reading = await readXmlInTurns(body, turn);
  if (!reading.ok) return undefined;
  const soap = readSoap(reading);
  const steps = envelopeSteps(reading.document, soap.ok ? soap.message.body : reading.document.root);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value.ok ? step.value.envelope : undefined;
    await turn();
  }
}
