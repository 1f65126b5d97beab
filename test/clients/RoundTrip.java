import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.File;
import org.openapitools.client.ApiClient;

/** Parses every case by the generated class of its schema and writes it back: {@code RoundTrip CASES OUT}. */
public final class RoundTrip {
    public static void main(String[] args) throws Exception {
        ObjectMapper mapper = new ApiClient().getObjectMapper();
        ArrayNode back = mapper.createArrayNode();
        for (JsonNode it : mapper.readTree(new File(args[0]))) {
            Class<?> model = Class.forName("org.openapitools.client.model." + it.get("schema").asText());
            Object value = mapper.readValue(it.get("value").toString(), model);
            back.add(mapper.readTree(mapper.writeValueAsString(value)));
        }
        mapper.writeValue(new File(args[1]), back);
    }
}
