# alting_migrations(ROOM [FOLDER]): call after alting_room(ROOM ...).
#
# Embeds src/ROOM/FOLDER/NNNN_name[.sqlite|.postgresql].sql, with the SHA-256 of each, and gives the header
# "ROOM/FOLDER.h" that declares alting::ROOM::FOLDER(). FOLDER is "migrations". See src/store/migrate.h.
function(alting_migrations ROOM)
  set(FOLDER migrations)
  if(ARGC GREATER 1)
    set(FOLDER ${ARGV1})
  endif()
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${FOLDER}/*.sql)
  list(SORT files)
  set(rows "")
  set(count 0)
  foreach(file ${files})
    get_filename_component(base ${file} NAME)
    if(NOT base MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)(\\.sqlite|\\.postgresql)?\\.sql$")
      message(FATAL_ERROR "${file}: a migration is named NNNN_name.sql, NNNN_name.sqlite.sql or NNNN_name.postgresql.sql")
    endif()
    set(number ${CMAKE_MATCH_1})
    set(name ${CMAKE_MATCH_2})
    set(engine "${CMAKE_MATCH_3}")
    string(REGEX REPLACE "^0+" "" number "${number}")
    if(engine STREQUAL ".sqlite")
      set(engine "alting::store::Engine::sqlite")
    elseif(engine STREQUAL ".postgresql")
      set(engine "alting::store::Engine::postgresql")
    else()
      set(engine "std::nullopt")
    endif()
    file(READ ${file} text)
    file(SHA256 ${file} checksum)
    string(APPEND rows "    alting::store::Migration{${number}, \"${name}\", ${engine}, \"${checksum}\", R\"SQL(${text})SQL\"},\n")
    math(EXPR count "${count} + 1")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  if(count EQUAL 0)
    message(FATAL_ERROR "alting_migrations(${ROOM}): no ${FOLDER}/*.sql")
  endif()

  set(folder ${CMAKE_BINARY_DIR}/generated)
  alting_write_if_changed(${folder}/${ROOM}/${FOLDER}.h
"#pragma once
#include \"store/migrate.h\"
namespace alting::${ROOM} {
[[nodiscard]] store::RoomMigrations ${FOLDER}();
}
")
  alting_write_if_changed(${folder}/${ROOM}/${FOLDER}.cpp
"#include \"${ROOM}/${FOLDER}.h\"

#include <array>

namespace alting::${ROOM} {
store::RoomMigrations ${FOLDER}() {
  static const std::array<alting::store::Migration, ${count}> all{
${rows}  };
  return {\"${ROOM}\", all};
}
}
")
  target_sources(alting_${ROOM} PRIVATE ${folder}/${ROOM}/${FOLDER}.cpp)
  alting_generated(${ROOM} ${folder}/${ROOM}/${FOLDER}.cpp)
  target_include_directories(alting_${ROOM} PUBLIC ${folder})
endfunction()

function(alting_write_if_changed path text)
  if(EXISTS ${path})
    file(READ ${path} old)
    if(old STREQUAL text)
      return()
    endif()
  endif()
  file(WRITE ${path} "${text}")
endfunction()
