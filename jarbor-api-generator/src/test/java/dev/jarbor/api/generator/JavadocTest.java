package dev.jarbor.api.generator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class JavadocTest {
    @Test
    void aFieldIsExplainedByTheFirstSentence() {
        assertThat(Javadoc.firstSentence("Host IP, e.g.10.0.0.1 or\nnone. More info: https://example.com."))
                .isEqualTo("Host IP, e.g.10.0.0.1 or none.");
    }

    @Test
    void aTypeIsExplainedByTheFirstParagraph() {
        assertThat(Javadoc.firstParagraph("One. Two.\n\nThree.")).isEqualTo("One. Two.");
    }

    @Test
    void whatWouldEndOrBreakTheCommentIsEscaped() {
        assertThat(Javadoc.firstParagraph("a < b */ {@code x} \\u0041 @since"))
                .isEqualTo("a &lt; b *&#47; &#123;&#64;code x} &#92;u0041 &#64;since");
    }
}
