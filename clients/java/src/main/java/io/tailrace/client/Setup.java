package io.tailrace.client;

/**
 * What an application chose, as requests say it.
 *
 * @param client name and version
 * @param device of this installation
 * @param profile what to spare
 */
record Setup(String client, String device, Profile profile) {}
