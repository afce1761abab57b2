# alting_event_kinds(): call after alting_room(ledger ...).
#
# Makes "ledger/event_kinds.h", "ledger/event_parameters.h" and the table behind ledger::event_catalogue() from every
# src/ROOM/events.toml and the titles in texts/. A room's first file is found by itself, and a change of one makes them
# anew; each is written only when it differs, so that a meaning or a title compiles the table and nothing else.
# script/lib/event_kinds.py has the form of the file, and refuses what is not so.
function(alting_event_kinds)
  file(GLOB kinds CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/*/events.toml)
  file(GLOB texts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/texts/*.toml)
  set(lib ${CMAKE_SOURCE_DIR}/script/lib)
  set(folder ${CMAKE_BINARY_DIR}/generated/ledger)
  string(REPLACE ";" "\n" list "${kinds};${texts}")
  file(CONFIGURE OUTPUT ${folder}/event_files.txt CONTENT "${list}\n" @ONLY)  # a file that goes or moves is noticed by it
  set(made ${folder}/event_kinds.h ${folder}/event_parameters.h ${folder}/event_table.cpp)
  add_custom_command(OUTPUT ${made}
    COMMAND ${Python3_EXECUTABLE} ${lib}/event_kinds.py ${CMAKE_SOURCE_DIR} --make ${folder}
    DEPENDS ${kinds} ${texts} ${folder}/event_files.txt ${CMAKE_SOURCE_DIR}/src/rooms.txt
      ${lib}/event_kinds.py ${lib}/event_kinds_code.py ${lib}/catalogue.py ${lib}/house.py ${lib}/texts_complete.py
    COMMENT "Making the kinds of log entries from src/*/events.toml" VERBATIM)
  target_sources(alting_ledger PRIVATE ${made})
  alting_generated(ledger ${folder}/event_table.cpp)
  add_custom_target(event-kinds DEPENDS ${made})  # for tools that read sources without building them
endfunction()
