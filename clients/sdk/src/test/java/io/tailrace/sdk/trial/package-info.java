/**
 * Tries the SDKs, as their users have them, against a live server: the development instance of the built jar. Scripts and
 * programs of other languages are run as processes; what they need of the server is in their environment.
 */
@NullMarked
package io.tailrace.sdk.trial;

import org.jspecify.annotations.NullMarked;
