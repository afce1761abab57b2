// What is posted to ask a business for access.
#pragma once
#include <string_view>

namespace alting::portal::request_field {

inline constexpr std::string_view party = "part";         // uuid
inline constexpr std::string_view form = "skjema";        // "org/app", or
inline constexpr std::string_view role = "rolle";         // "UTINN"
inline constexpr std::string_view draft = "foresporsel";  // one that was kept and is sent now
inline constexpr std::string_view keep = "lagre";         // "ja": kept, and not sent
inline constexpr std::string_view back = "til";           // where it leads on to
inline constexpr std::string_view reason = "grunn";       // of a refusal, a code

}  // namespace alting::portal::request_field
