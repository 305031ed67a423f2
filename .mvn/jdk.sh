# Sourced by mvnw and tailrace: points JAVA_HOME at a JDK of at least $TAILRACE_JDK (25).
# Looks at JAVA_HOME, then at the java on the PATH, then where JDKs are usually installed.
# Leaves JAVA_HOME as it was, and returns 1, when none is found.

tailrace_jdk_major() { # prints the feature release of the JDK in $1, or nothing when it is not a JDK
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

tailrace_jdk_of_path() { # prints the home of the java on the PATH, links resolved
  java=$(command -v java) || return 0
  java=$(readlink -f "$java" 2>/dev/null) || return 0
  printf '%s\n' "${java%/bin/java}"
}

tailrace_find_jdk() {
  wanted=${TAILRACE_JDK:-25}
  case $- in *f*) globbing=off ;; *) globbing=on ;; esac
  set +f
  found=
  for home in "${JAVA_HOME-}" "$(tailrace_jdk_of_path)" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    major=$(tailrace_jdk_major "$home")
    if [ -n "$major" ] && [ "$major" -ge "$wanted" ]; then
      found=$home
      break
    fi
  done
  [ "$globbing" = on ] || set -f
  [ -n "$found" ] || return 1
  JAVA_HOME=$found
  export JAVA_HOME
}

tailrace_find_jdk
