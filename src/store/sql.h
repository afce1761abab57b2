// From the SQL that both engines speak to the SQL of one: the words in braces, and the '?' places.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"

namespace alting::store {

// {blob}, {lock}, {skip_locked}; on PostgreSQL '?' becomes $1, $2 ... Quoted text and comments are left alone.
// Another word in braces is a DatabaseError.
[[nodiscard]] std::string translate(std::string_view sql, Engine engine);

// The statements of a script: each ends with a ';' that is the last on its line. Comment lines and blank ones are
// dropped.
[[nodiscard]] std::vector<std::string> split_statements(std::string_view script);

// For error messages: the statement on one line, cut. It holds no values, since these are always '?'.
[[nodiscard]] std::string for_message(std::string_view sql);

}  // namespace alting::store
