# alting_together(TARGET ROOM SOURCE...)
#
# Compiles the sources of a room some ten at a time, as one object (CMake's unity builds): a third of the work from nothing or
# less (sources of portal: a fifth), since headers and templates are read once for all of them; and more than before after a
# change of one file. So who edits has them apart (the preset develop), and what is built once has them together: ALTING_UNITY
# names the rooms, or says "all".
#
# Sources of one object share their unnamed namespaces: a name there is had by one file of a room only. A file that forgot an
# include is not noticed here, but where each is by itself: script/lint builds the preset develop.
set(ALTING_UNITY "" CACHE STRING "Rooms whose sources are compiled together, many to an object: their names, or all")
set(ALTING_UNITY_OCTETS 120000)  # of source to an object: some 3,000 lines, half a minute, one gigabyte

function(alting_together TARGET ROOM)
  if(NOT ALTING_UNITY STREQUAL "all" AND NOT ROOM IN_LIST ALTING_UNITY)
    return()
  endif()
  set_target_properties(${TARGET} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)

  set(total 0)
  set(until "")
  foreach(source ${ARGN})
    file(SIZE ${source} size)
    math(EXPR total "${total} + ${size}")
    list(APPEND until ${total})
  endforeach()
  # As many groups as the whole fills, of the same size; a file belongs where its middle lies.
  math(EXPR groups "(${total} + ${ALTING_UNITY_OCTETS} - 1) / ${ALTING_UNITY_OCTETS}")
  set(before 0)
  foreach(source end IN ZIP_LISTS ARGN until)
    math(EXPR group "(${before} + ${end}) * ${groups} / (2 * ${total})")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${TARGET}_${group})
    set(before ${end})
  endforeach()
endfunction()

# alting_generated(ROOM SOURCE...): what the build wrote for a room goes into one object too.
function(alting_generated ROOM)
  set_source_files_properties(${ARGN} PROPERTIES UNITY_GROUP alting_${ROOM}_generated)
endfunction()
