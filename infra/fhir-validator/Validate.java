import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.utilities.i18n.I18nConstants;

/**
 * Validates FHIR R4 resources, one a line (NDJSON), with the Java validator of HL7 and HAPI, which nobody here wrote.
 *
 * <p>Reads the files named, else standard input. Writes for each line one line of JSON, in their order: {"issues":
 * [{"severity", "id", "location", "text"}]}, where id is the validator's own name of what is wrong, "" if it has none.
 * It looks nothing up over the network: what R4 does not define itself is a warning.
 */
public class Validate {
  /** Lines that may be waited for at a time. */
  private static final int LINES_MAX = 1_000;

  public static void main(String[] files) throws Exception {
    FhirContext context = FhirContext.forR4();
    ValidationSupportChain definitions =
        new ValidationSupportChain(
            new DefaultProfileValidationSupport(context),
            new CommonCodeSystemsTerminologyService(context),
            new InMemoryTerminologyServerValidationSupport(context));
    FhirInstanceValidator instances = new FhirInstanceValidator(definitions);
    // UK Core's profiles are in no registry that Maven reads: what names one is held against R4 itself, with a warning.
    instances.setErrorForUnknownProfiles(false);
    FhirValidator validator = context.newValidator().registerValidatorModule(instances);
    ObjectMapper json = new ObjectMapper();
    ExecutorService workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    Queue<Future<String>> answers = new ArrayDeque<>();
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try {
      for (String file : files.length > 0 ? List.of(files) : List.of("-")) {
        try (InputStream bytes = file.equals("-") ? System.in : Files.newInputStream(Path.of(file));
            BufferedReader lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String resource = line;
            answers.add(workers.submit(() -> json.writeValueAsString(Map.of("issues", issuesOf(validator, resource)))));
            if (answers.size() >= LINES_MAX) out.println(answers.remove().get());
          }
        }
      }
      while (!answers.isEmpty()) out.println(answers.remove().get());
    } finally {
      out.flush();
      workers.shutdownNow();
    }
  }

  private static List<Map<String, String>> issuesOf(FhirValidator validator, String resource) {
    try {
      return validator.validateWithResult(resource).getMessages().stream()
          .filter(message -> !isSaidTwice(message))
          .map(Validate::issueOf)
          .toList();
    } catch (RuntimeException notReadable) {
      return List.of(Map.of("severity", "fatal", "id", "", "location", "", "text", notReadable.getMessage()));
    }
  }

  /** HAPI adds an error without a place to the validator's own warning of a profile that it does not know. */
  private static boolean isSaidTwice(SingleValidationMessage message) {
    return I18nConstants.VALIDATION_VAL_PROFILE_UNKNOWN.equals(message.getMessageId())
        && (message.getLocationString() == null || message.getLocationString().isEmpty());
  }

  private static Map<String, String> issueOf(SingleValidationMessage message) {
    Map<String, String> issue = new LinkedHashMap<>();
    issue.put("severity", message.getSeverity().getCode());
    issue.put("id", message.getMessageId() == null ? "" : message.getMessageId());
    issue.put("location", message.getLocationString() == null ? "" : message.getLocationString());
    issue.put("text", message.getMessage());
    return issue;
  }
}
