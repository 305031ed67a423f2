package io.tailrace.server.schema;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import java.util.Optional;

/** Stops at the first error: one is enough to refuse, and collecting them costs. */
final class FirstError implements OutputFormat<Optional<Error>> {

    @Override
    public void customize(ExecutionContext context, SchemaContext schemaContext) {
        context.executionConfig(execution -> execution.annotationCollectionEnabled(false));
        context.setFailFast(true);
    }

    @Override
    public Optional<Error> format(Schema schema, ExecutionContext context, SchemaContext schemaContext) {
        return context.getErrors().stream().findFirst();
    }
}
