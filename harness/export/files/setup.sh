#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image. There is nothing to
# install: the grader is one static binary.
set -eu
root=${GRADER_AUTOGRADER:-/autograder}
chmod 755 "$root/source/grader"
"$root/source/grader" version
