# alting_catalogue(ROOM): call after alting_room(ROOM ...).
#
# Carries src/ROOM/catalogue.toml and retention.toml in the program: gives the header "ROOM/room_catalogue.h", which
# declares alting::ROOM::room_catalogue(). See src/terms/catalogue.h. Made anew when a migration of any room comes, since
# the columns' types are theirs.
function(alting_catalogue ROOM)
  set(folder ${CMAKE_BINARY_DIR}/generated)
  alting_write_if_changed(${folder}/${ROOM}/room_catalogue.h
"#pragma once
#include \"terms/catalogue.h\"
namespace alting::${ROOM} {
[[nodiscard]] const terms::RoomCatalogue& room_catalogue();
}
")
  file(GLOB migrations CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/*/migrations/*.sql ${CMAKE_SOURCE_DIR}/src/store/keystore_migrations/*.sql)
  set(lib ${CMAKE_SOURCE_DIR}/script/lib)
  add_custom_command(OUTPUT ${folder}/${ROOM}/room_catalogue.cpp
    COMMAND ${Python3_EXECUTABLE} ${lib}/catalogue_code.py ${CMAKE_SOURCE_DIR} ${ROOM} ${folder}/${ROOM}/room_catalogue.cpp
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/catalogue.toml ${CMAKE_CURRENT_SOURCE_DIR}/retention.toml ${migrations}
      ${CMAKE_SOURCE_DIR}/src/rooms.txt ${lib}/catalogue_code.py ${lib}/catalogue.py ${lib}/house.py
    COMMENT "Making the catalogue of ${ROOM}" VERBATIM)
  target_sources(alting_${ROOM} PRIVATE ${folder}/${ROOM}/room_catalogue.cpp)
  alting_generated(${ROOM} ${folder}/${ROOM}/room_catalogue.cpp)
  target_include_directories(alting_${ROOM} PUBLIC ${folder})
endfunction()
