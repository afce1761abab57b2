// What a page of a form posts, read once where it comes in: the answers (forms::Posted), what the page showed, and which
// of the page's own buttons was pressed. How those are called in HTML stands here and in page_post.cpp; what any form
// may carry over a login is named by View.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "forms/app.h"
#include "forms/posted.h"
#include "instances/fingerprints.h"
#include "web/http.h"

namespace alting::portal {

// The page's own fields and buttons.
namespace page_field {
inline constexpr std::string_view version = "version";  // of the draft, when the page was made
inline constexpr std::string_view seen = "seen";        // JSON: path -> fingerprint of what the page shows
inline constexpr std::string_view go = "go";            // where to, as to_text(Go) says it
inline constexpr std::string_view upload = "upload";    // sends the files chosen for the data type that is its value
inline constexpr std::string_view detach = "detach";    // removes the file that is its value
inline constexpr std::string_view restored = "keep:restored";  // the page shows what was typed before a login
inline constexpr std::string_view my_contact = "my-contact";   // asks for one's own contact to be filled in
inline constexpr std::string_view contact_at = "contact-at";   // the field at which that is offered
[[nodiscard]] std::string file_of(std::string_view data_type);
[[nodiscard]] std::string tag_of(std::string_view data_type);
// Of a field that two have changed: the two ways to choose, and what the page showed as stored, and by whom.
[[nodiscard]] std::string keep_mine(std::string_view path);
[[nodiscard]] std::string keep_stored(std::string_view path);
[[nodiscard]] std::string stored_print(std::string_view path);
[[nodiscard]] std::string stored_by(std::string_view path);
}  // namespace page_field

// Where one goes on to; `stay`: a button within the page was pressed. `page`: another page, from where one comes back;
// `way`: another way through the form.
enum class Go : std::uint8_t { stay, next, previous, overview, close, page, way };
// The value of its button. `where`: the id of the page, the code of the way.
[[nodiscard]] std::string to_text(Go go, std::string_view where = {});

// What a conflict's box said of a field: the fingerprint of what is stored, and who stored it.
struct ToldConflict {
  std::string stored, by;
};

struct PagePost {
  forms::Posted answers;  // without the field for which what is stored was chosen
  instances::Seen seen;   // with the choice "keep mine" taken into it
  Go go = Go::stay;
  std::string where;        // the page or way one goes to
  bool my_contact = false;  // asked for
  forms::Path contact_at;   // where it is offered; "": nowhere
  forms::Path chosen;       // the field that was chosen for; "": none
  std::string upload;       // data type
  std::string detach;       // data element id, as it was posted
  bool restored = false;
  std::map<forms::Path, ToldConflict> told;
};
// What was answered, as it came: without what is the page's own.
[[nodiscard]] forms::NamesAndTexts answers_of(const web::Request& request);
// Errors of forms::read_posted.
[[nodiscard]] base::Result<PagePost> read_page_post(const forms::App& app, const web::Request& request);

// The files of a page come in fields of their own. Nothing when the field is none of theirs.
[[nodiscard]] std::optional<std::string> data_type_of_file(std::string_view field);

}  // namespace alting::portal
