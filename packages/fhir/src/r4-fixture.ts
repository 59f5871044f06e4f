/**
 * R4 as far as Chesil writes it, taken from the specification's own definitions and not from our types: which elements
 * there are, of what type, how often (`*`), which must be there (`!`), and the words of lists that bind. For tests.
 */
export const R4_ELEMENTS = `
Address = use:home|work|temp|old|billing line*:string city:string district:string postalCode:string country:string
  type:postal|physical|both period:Period
AllergyIntolerance = id:id meta:Meta verificationStatus:CodeableConcept code:CodeableConcept patient!:Reference
  encounter:Reference recordedDate:dateTime note*:Annotation text:Narrative clinicalStatus:CodeableConcept
  reaction*:BackboneElement type:allergy|intolerance category*:food|medication|environment|biologic
  onsetDateTime:dateTime
AllergyIntolerance.reaction = manifestation*!:CodeableConcept severity:mild|moderate|severe
Annotation = text!:markdown
Appointment = id:id meta:Meta identifier*:Identifier
  status!:proposed|pending|booked|arrived|fulfilled|cancelled|noshow|entered-in-error|checked-in|waitlist
  _start:PrimitiveExtension _end:PrimitiveExtension specialty*:CodeableConcept appointmentType:CodeableConcept
  reasonCode*:CodeableConcept participant*!:BackboneElement text:Narrative comment:string
  serviceType*:CodeableConcept requestedPeriod*:Period start:instant end:instant
Appointment.participant = actor:Reference status!:accepted|declined|tentative|needs-action
Attachment = contentType:code title:string url:url size:unsignedInt extension*:Extension creation:dateTime
AuditEvent = id:id meta:Meta type!:Coding subtype*:Coding action:C|R|U|D|E recorded!:instant outcome:0|4|8|12
  outcomeDesc:string agent*!:BackboneElement source!:BackboneElement entity*:BackboneElement
AuditEvent.agent = type:CodeableConcept who:Reference requestor!:boolean
AuditEvent.entity = what:Reference type:Coding role:Coding
AuditEvent.source = observer!:Reference
Basic = id:id meta:Meta code!:CodeableConcept subject:Reference created:date text:Narrative extension*:Extension
Binary = id:id meta:Meta contentType!:code securityContext:Reference
CarePlan = id:id meta:Meta status!:draft|active|on-hold|revoked|completed|entered-in-error|unknown
  intent!:proposal|plan|order|option category*:CodeableConcept title:string subject!:Reference encounter:Reference
  author:Reference activity*:BackboneElement note*:Annotation text:Narrative replaces*:Reference period:Period
CarePlan.activity = detail:BackboneElement
CarePlan.activity.detail =
  status!:not-started|scheduled|in-progress|on-hold|completed|cancelled|stopped|unknown|entered-in-error
  performer*:Reference description:string
CodeableConcept = coding*:Coding text:string
Coding = system:uri code:code display:string
Condition = id:id meta:Meta verificationStatus:CodeableConcept category*:CodeableConcept code:CodeableConcept
  subject!:Reference encounter:Reference recordedDate:dateTime asserter:Reference note*:Annotation text:Narrative
  clinicalStatus:CodeableConcept onsetDateTime:dateTime extension*:Extension abatementDateTime:dateTime
ContactPoint = system:phone|fax|email|pager|url|sms|other value:string use:home|work|temp|old|mobile
Coverage = id:id meta:Meta status!:active|cancelled|draft|entered-in-error type:CodeableConcept
  beneficiary!:Reference payor*!:Reference text:Narrative subscriberId:string period:Period
DiagnosticReport = id:id meta:Meta extension*:Extension identifier*:Identifier
  status!:registered|partial|preliminary|final|amended|corrected|appended|cancelled|entered-in-error|unknown
  category*:CodeableConcept code!:CodeableConcept subject:Reference effectiveDateTime:dateTime performer*:Reference
  conclusion:string text:Narrative result*:Reference encounter:Reference presentedForm*:Attachment issued:instant
DocumentReference = id:id meta:Meta status!:current|superseded|entered-in-error type:CodeableConcept
  subject:Reference author*:Reference content*!:BackboneElement context:BackboneElement text:Narrative
  docStatus:preliminary|final|amended|entered-in-error date:instant authenticator:Reference description:string custodian:Reference identifier*:Identifier masterIdentifier:Identifier
  securityLabel*:CodeableConcept relatesTo*:BackboneElement
DocumentReference.content = attachment!:Attachment
DocumentReference.context = encounter*:Reference related*:Reference
DocumentReference.relatesTo = code!:replaces|transforms|signs|appends target!:Reference
Dosage = text:string timing:Timing route:CodeableConcept patientInstruction:string doseAndRate*:Element
Dosage.doseAndRate = doseQuantity:Quantity
Encounter = id:id meta:Meta identifier*:Identifier
  status!:planned|arrived|triaged|in-progress|onleave|finished|cancelled|entered-in-error|unknown class!:Coding
  serviceType:CodeableConcept subject:Reference participant*:BackboneElement period:Period
  hospitalization:BackboneElement location*:BackboneElement
Encounter.hospitalization = extension*:Extension dischargeDisposition:CodeableConcept
Encounter.location = location!:Reference status:planned|active|reserved|completed period:Period
Encounter.participant = type*:CodeableConcept individual:Reference period:Period
EpisodeOfCare = id:id meta:Meta status!:planned|waitlist|active|onhold|finished|cancelled|entered-in-error
  type*:CodeableConcept patient!:Reference managingOrganization:Reference careManager:Reference text:Narrative
  period:Period
Extension = url!:string valueCodeableConcept:CodeableConcept valueDateTime:dateTime valueReference:Reference
  valueCode:code valueString:string extension*:Extension valueBoolean:boolean
Flag = id:id meta:Meta extension*:Extension status!:active|inactive|entered-in-error category*:CodeableConcept
  code!:CodeableConcept subject!:Reference encounter:Reference author:Reference text:Narrative period:Period
HumanName = text:string use:usual|official|temp|nickname|anonymous|old|maiden family:string given*:string
  prefix*:string suffix*:string period:Period
Identifier = system:uri value:string type:CodeableConcept extension*:Extension use:usual|official|temp|secondary|old
  assigner:Reference
Immunization = id:id meta:Meta status!:completed|entered-in-error|not-done statusReason:CodeableConcept
  vaccineCode!:CodeableConcept patient!:Reference encounter:Reference occurrenceString:string recorded:dateTime
  manufacturer:Reference site:CodeableConcept performer*:BackboneElement protocolApplied*:BackboneElement
  text:Narrative lotNumber:string route:CodeableConcept note*:Annotation occurrenceDateTime:dateTime occurrence[x]!
Immunization.performer = actor!:Reference
Immunization.protocolApplied = doseNumberPositiveInt:positiveInt doseNumberString:string doseNumber[x]!
Location = id:id meta:Meta identifier*:Identifier name:string mode:instance|kind partOf:Reference
MedicationStatement = id:id meta:Meta identifier*:Identifier
  status!:active|completed|entered-in-error|intended|stopped|on-hold|unknown|not-taken category:CodeableConcept
  medicationCodeableConcept:CodeableConcept subject!:Reference context:Reference dateAsserted:dateTime
  informationSource:Reference dosage*:Dosage note*:Annotation text:Narrative effectivePeriod:Period
  effectiveDateTime:dateTime medication[x]!
Meta = versionId:id lastUpdated:instant profile*:canonical tag*:Coding security*:Coding
Narrative = status!:generated|extensions|additional|empty div!:xhtml
Observation = id:id meta:Meta
  status!:registered|preliminary|final|amended|corrected|cancelled|entered-in-error|unknown code!:CodeableConcept
  subject:Reference valueString:string note*:Annotation text:Narrative encounter:Reference performer*:Reference
  component*:BackboneElement interpretation*:CodeableConcept referenceRange*:BackboneElement
  valueCodeableConcept:CodeableConcept dataAbsentReason:CodeableConcept effectiveDateTime:dateTime
  category*:CodeableConcept issued:instant valueQuantity:Quantity valueRange:Range valueRatio:Ratio
  valueDateTime:dateTime effectivePeriod:Period
Observation.component = code!:CodeableConcept valueCodeableConcept:CodeableConcept valueString:string
  valueQuantity:Quantity
Observation.referenceRange = text:string
Organization = id:id meta:Meta identifier*:Identifier name:string
Patient = id:id meta:Meta extension*:Extension active:boolean deceasedBoolean:boolean address*:Address
  maritalStatus:CodeableConcept communication*:BackboneElement generalPractitioner*:Reference identifier*:Identifier
  name*:HumanName telecom*:ContactPoint gender:male|female|other|unknown deceasedDateTime:dateTime birthDate:date
  link*:BackboneElement
Patient.communication = language!:CodeableConcept
Patient.link = other!:Reference type!:replaced-by|replaces|refer|seealso
Period = end:dateTime start:dateTime
Practitioner = id:id meta:Meta identifier*:Identifier name*:HumanName
PrimitiveExtension = extension*!:Extension
Procedure = id:id meta:Meta
  status!:preparation|in-progress|not-done|on-hold|stopped|completed|entered-in-error|unknown code:CodeableConcept
  subject!:Reference encounter:Reference performer*:BackboneElement note*:Annotation text:Narrative
  performedDateTime:dateTime
Procedure.performer = actor!:Reference
Provenance = id:id meta:Meta target*!:Reference recorded!:instant agent*!:BackboneElement entity*:BackboneElement
Provenance.agent = type:CodeableConcept who!:Reference
Provenance.entity = role!:derivation|revision|quotation|source|removal what!:Reference
Quantity = value:decimal unit:string system:uri code:code comparator:<|<=|>=|>
Range = low:Quantity high:Quantity
Ratio = numerator:Quantity denominator:Quantity
Reference = reference:string type:uri identifier:Identifier display:string
RelatedPerson = id:id meta:Meta active:boolean patient!:Reference relationship*:CodeableConcept
  telecom*:ContactPoint period:Period text:Narrative name*:HumanName address*:Address
ServiceRequest = id:id meta:Meta status!:draft|active|on-hold|revoked|completed|entered-in-error|unknown
  intent!:proposal|plan|directive|order|original-order|reflex-order|filler-order|instance-order|option
  category*:CodeableConcept code:CodeableConcept subject!:Reference requester:Reference
  performerType:CodeableConcept performer*:Reference reasonCode*:CodeableConcept note*:Annotation text:Narrative
  occurrencePeriod:Period priority:routine|urgent|asap|stat encounter:Reference replaces*:Reference
  extension*:Extension authoredOn:dateTime
Timing = code:CodeableConcept
`;
