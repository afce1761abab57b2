# Warnings are errors; ccache and a fast linker are used where the machine has them.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
find_package(Threads REQUIRED)

add_library(alting_flags INTERFACE)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(alting_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Werror -Wno-psabi
    # Where files share an object: what one of them names is no concern of the next, and none of them is the "main file".
    $<IF:$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>,-Wno-subobject-linkage,-Wshadow>)
  # Designated initializers name what differs; the rest keeps the defaults of its struct.
  target_compile_options(alting_flags INTERFACE -Wno-missing-field-initializers)
else()
  target_compile_options(alting_flags INTERFACE -w)  # Clang builds the fuzz targets; what it warns of, clang-tidy says
endif()
target_compile_options(alting_flags INTERFACE -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS)
# GCC 12 reports uses of uninitialised and out-of-range memory in inlined standard library code that are not there.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(alting_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overread -Wno-array-bounds -Wno-stringop-overflow -Wno-dangling-pointer)
endif()

set(ALTING_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
if(ALTING_SANITIZE)
  target_compile_options(alting_flags INTERFACE -fsanitize=${ALTING_SANITIZE} -fno-sanitize-recover=all -g1
    $<$<CXX_COMPILER_ID:GNU>:-Wno-error=tsan>)
  target_link_options(alting_flags INTERFACE -fsanitize=${ALTING_SANITIZE})
endif()

# Counts for libFuzzer what an input reaches, in all code; the targets themselves are made in Rooms.cmake.
option(ALTING_FUZZ "Build the fuzz targets (*_fuzz.cpp); needs Clang" OFF)
if(ALTING_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "ALTING_FUZZ needs Clang: cmake --preset fuzz")
  endif()
  target_compile_options(alting_flags INTERFACE -fsanitize=fuzzer-no-link)
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
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(alting_flags INTERFACE -fpch-preprocess)
  else()
    target_compile_options(alting_flags INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()

find_program(MOLD mold)
if(MOLD)
  target_link_options(alting_flags INTERFACE -fuse-ld=mold)
endif()
