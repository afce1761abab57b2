# alting_room(NAME [USES room...] [LIBS target...] [TEST_LIBS target...])
#
# A room is the static library alting_NAME made of src/NAME/**.cpp, the test program NAME_test made of the *_test.cpp
# beside them, and, with ALTING_FUZZ, two programs of each x_fuzz.cpp: x_fuzz, and x_fuzz_seeded with the fault that
# script/fuzz must find. USES names rooms above it; script/lib/room_borders.py checks the includes themselves.
function(alting_room NAME)
  cmake_parse_arguments(ROOM "" "" "USES;LIBS;TEST_LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  set(fuzzed ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER fuzzed INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "/(tools|program)/")  # programs of their own: each has a main

  list(TRANSFORM ROOM_USES PREPEND alting_)
  add_library(alting_${NAME} STATIC ${sources})
  target_include_directories(alting_${NAME} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(alting_${NAME} PUBLIC ${ROOM_USES} fmt::fmt PRIVATE alting_flags ${ROOM_LIBS} Threads::Threads)
  target_link_options(alting_${NAME} INTERFACE $<TARGET_PROPERTY:alting_flags,INTERFACE_LINK_OPTIONS>)
  if(NAME STREQUAL "base")
    target_precompile_headers(alting_${NAME} PRIVATE <base/pch.h>)  # not by its path: ccache then serves every clone
  else()
    target_precompile_headers(alting_${NAME} REUSE_FROM alting_base)
  endif()

  if(ALTING_FUZZ)
    foreach(source ${fuzzed})
      cmake_path(GET source STEM name)
      foreach(target ${name} ${name}_seeded)
        add_executable(${target} EXCLUDE_FROM_ALL ${source})
        target_link_libraries(${target} PRIVATE alting_flags alting_${NAME} ${ROOM_LIBS} Threads::Threads)
        target_link_options(${target} PRIVATE -fsanitize=fuzzer)
        target_precompile_headers(${target} REUSE_FROM alting_base)
      endforeach()
      target_compile_definitions(${name}_seeded PRIVATE ALTING_PLANTED_FAULT)
    endforeach()
  endif()

  if(tests)
    add_executable(${NAME}_test ${tests})
    target_link_libraries(${NAME}_test PRIVATE alting_flags alting_${NAME} ${ROOM_LIBS} ${ROOM_TEST_LIBS}
      GTest::gmock GTest::gtest_main Threads::Threads ${RAPIDCHECK_LIBRARY})
    target_precompile_headers(${NAME}_test REUSE_FROM alting_test_pch)
    target_compile_definitions(${NAME}_test PRIVATE ALTING_SOURCE_DIR="${CMAKE_SOURCE_DIR}" ALTING_BINARY_DIR="${CMAKE_BINARY_DIR}")
    enable_testing()
    add_test(NAME ${NAME} COMMAND ${NAME}_test)
  endif()
endfunction()
enable_testing()

# What every test includes, compiled once.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/test_pch.cpp CONTENT "// Carries the precompiled header of the tests.\n" @ONLY)
add_library(alting_test_pch STATIC ${CMAKE_BINARY_DIR}/generated/test_pch.cpp)
target_include_directories(alting_test_pch PRIVATE ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(alting_test_pch PRIVATE alting_flags fmt::fmt GTest::gmock GTest::gtest Threads::Threads)
target_precompile_headers(alting_test_pch PRIVATE <base/pch.h> <gmock/gmock.h> <gtest/gtest.h>)
