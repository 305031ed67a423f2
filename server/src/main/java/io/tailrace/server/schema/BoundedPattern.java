package io.tailrace.server.schema;

import com.networknt.schema.regex.RegularExpression;
import java.util.regex.Pattern;

/** A pattern whose search spends the {@link Budget} for each character it looks at, so that backtracking ends. */
record BoundedPattern(Pattern pattern) implements RegularExpression {

    static BoundedPattern compile(String regex) {
        return new BoundedPattern(Pattern.compile(regex));
    }

    @Override
    public boolean matches(String text) {
        return pattern.matcher(new Counted(text, Budget.CURRENT.get())).find();
    }

    private record Counted(String text, Budget budget) implements CharSequence {

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            budget.spend(1);
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.substring(start, end), budget);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
