# Sourced by the launcher and by mvnw: find_jdk sets and exports JAVA_HOME to a JDK that Jarbor can use.

wanted_jdk=25

# find_jdk NAME: JAVA_HOME, then the java of the PATH, then the folders where systems and version managers put JDKs;
# there the oldest that is new enough. Where there is none, one line says so in the name of NAME, and the status is 1.
find_jdk() {
    if is_wanted_jdk "${JAVA_HOME:-}"; then
        return 0
    fi
    java_on_path=$(command -v java 2>/dev/null) && java_on_path=$(readlink -f "$java_on_path" 2>/dev/null) || java_on_path=
    if is_wanted_jdk "${java_on_path%/bin/java}"; then
        JAVA_HOME=${java_on_path%/bin/java}
        export JAVA_HOME
        return 0
    fi
    found=
    found_version=
    for folder in \
        /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/lib/jvm/* /opt/* /opt/java/* /opt/jdk/* /opt/jvm/* \
        "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.local/share/mise/installs/java/* "${HOME:-}"/.asdf/installs/java/* \
        "${HOME:-}"/.jenv/versions/* "${HOME:-}"/.jdks/* "${HOME:-}"/.gradle/jdks/* "${HOME:-}"/.jbang/cache/jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec
    do
        if is_wanted_jdk "$folder" && [ "$jdk_version" -lt "${found_version:-1000}" ]; then
            found=$folder
            found_version=$jdk_version
        fi
    done
    if [ -z "$found" ]; then
        printf '%s: needs a JDK %s or newer and found none: install one (packages are called openjdk-%s-jdk or temurin-%s-jdk) or set JAVA_HOME\n' \
            "$1" "$wanted_jdk" "$wanted_jdk" "$wanted_jdk" >&2
        return 1
    fi
    JAVA_HOME=$found
    export JAVA_HOME
}

# Whether a folder holds a JDK that is new enough; leaves its version in jdk_version. Starts no process.
is_wanted_jdk() {
    if [ -z "$1" ] || [ ! -x "$1/bin/javac" ] || [ ! -r "$1/release" ]; then
        return 1
    fi
    jdk_version=
    while IFS= read -r line; do
        case $line in
            JAVA_VERSION=*)
                jdk_version=${line#JAVA_VERSION=\"}
                jdk_version=${jdk_version%%[!0-9]*}
                break
                ;;
        esac
    done <"$1/release"
    [ -n "$jdk_version" ] && [ "$jdk_version" -ge "$wanted_jdk" ]
}
