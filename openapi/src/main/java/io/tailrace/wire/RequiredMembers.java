package io.tailrace.wire;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Executable;
import org.jspecify.annotations.Nullable;

/**
 * Makes the types of record components the rule for what must be there: one that is not {@link Nullable} has to be
 * sent, and not as {@code null}. Only {@link Json} may be {@code null}, for that is one of its values; it too has to be
 * sent. No list or map holds {@code null}.
 */
final class RequiredMembers extends NopAnnotationIntrospector {

    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
        @Nullable AnnotatedType type = componentType(member);
        return type == null ? null : !type.isAnnotationPresent(Nullable.class);
    }

    @Override
    public JsonSetter.Value findSetterInfo(Annotated annotated) {
        @Nullable AnnotatedType type = componentType(annotated);
        if (type == null) {
            return JsonSetter.Value.empty();
        }
        boolean mayBeNull = type.isAnnotationPresent(Nullable.class) || annotated.getRawType() == Json.class;
        return JsonSetter.Value.construct(mayBeNull ? Nulls.SET : Nulls.FAIL, Nulls.FAIL);
    }

    private static @Nullable AnnotatedType componentType(Annotated annotated) {
        if (annotated instanceof AnnotatedParameter parameter
                && parameter.getDeclaringClass().isRecord()
                && parameter.getOwner().getAnnotated() instanceof Executable creator) {
            AnnotatedType[] types = creator.getAnnotatedParameterTypes();
            return parameter.getIndex() < types.length ? types[parameter.getIndex()] : null;
        }
        return null;
    }
}
