# Warnings are errors; ccache and a fast linker are used where the machine has them.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
find_package(Threads REQUIRED)

add_library(alting_flags INTERFACE)
target_compile_options(alting_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
  -Wno-psabi -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS)
# GCC 12 reports uses of uninitialised and out-of-range memory in inlined standard library code that are not there.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(alting_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overread -Wno-array-bounds -Wno-stringop-overflow -Wno-dangling-pointer)
endif()

set(ALTING_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
if(ALTING_SANITIZE)
  target_compile_options(alting_flags INTERFACE -fsanitize=${ALTING_SANITIZE} -fno-sanitize-recover=all -g1 -Wno-error=tsan)
  target_link_options(alting_flags INTERFACE -fsanitize=${ALTING_SANITIZE})
endif()

# A release is hardened: stack canaries, checked libc calls, no jumping over the guard page, branch targets (CET), and all
# relocations resolved and read-only before main. The sanitizers bring checks of their own and do not go with the libc ones.
if(NOT ALTING_SANITIZE)
  target_compile_options(alting_flags INTERFACE
    -fstack-protector-strong -fstack-clash-protection $<$<CONFIG:Release>:-U_FORTIFY_SOURCE> $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(alting_flags INTERFACE -fcf-protection=full)
  endif()
  target_link_options(alting_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  target_compile_options(alting_flags INTERFACE -fpch-preprocess)
endif()

find_program(MOLD mold)
if(MOLD)
  target_link_options(alting_flags INTERFACE -fuse-ld=mold)
endif()
