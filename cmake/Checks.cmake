# alting_check(NAME SCRIPT COMMENT)
#
# Runs script/lib/SCRIPT on the sources in every build, which breaks when it finds a fault. COMMENT says what is looked for.
function(alting_check NAME SCRIPT COMMENT)
  add_custom_target(${NAME} ALL
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/script/lib/${SCRIPT} ${CMAKE_SOURCE_DIR}
    COMMENT "${COMMENT}" VERBATIM)
endfunction()
