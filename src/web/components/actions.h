// Buttons, links and forms. All words come from the caller; every function answers with finished, accessible markup.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "web/html.h"
#include "web/http.h"

namespace alting::web::ui {

using base::RichText;
using html::Html;

enum class Variant : std::uint8_t { primary, secondary, tertiary };
enum class Color : std::uint8_t { accent, neutral, info, success, warning, danger };
[[nodiscard]] std::string_view to_text(Color color);

struct Button {
  RichText label;
  std::string about;  // of what, read aloud after the label where the eye sees it from the place
  Variant variant = Variant::primary;
  Color color = Color::accent;
  std::string name, value;   // of the submit button, when it matters which was pressed
  std::string formaction;    // another address than the form's
  bool no_validate = false;  // formnovalidate: "Lagre og fortsett senere"
  bool disabled = false;
  bool downloads = false;  // what comes is a file: the page stays, and its other buttons are of use at once
  std::string id;
  std::string described_by;
};
// The words of a button or summary, without links, in one element: those lay out what they hold in a row.
[[nodiscard]] Html whole(const RichText& words);
[[nodiscard]] Html button(const Button& button);  // type=submit
[[nodiscard]] Html button(std::string_view label, Variant variant = Variant::primary);
// A link that looks like a button: for going somewhere, never for changing something.
[[nodiscard]] Html button_link(std::string_view label, std::string_view href, Variant variant = Variant::primary);
// `about`: of what, read aloud after the label where the eye sees it from the place.
[[nodiscard]] Html link(std::string_view label, std::string_view href, std::string_view about = {});
// Opens beside this page, so that what is typed here stays.
[[nodiscard]] Html link_in_new_tab(std::string_view label, std::string_view href);
// Buttons side by side, on top of each other where there is no room.
[[nodiscard]] Html button_row(const Html& buttons);
// Copies `text` when scripts are on (the button is hidden when they are off); says `done` aloud afterwards.
[[nodiscard]] Html copy_button(std::string_view label, std::string_view text, std::string_view done);

struct Form {
  std::string action;
  std::string token;  // Cookies::token().form_value: stands first, before any file
  Fields hidden;      // further hidden fields; "version" gets id="version", so that a fragment can replace it
  std::string id;
  // What Enter in a field presses, when another button stands before the form's main one. Browsers press the first of a
  // form, which must not be one that removes or adds something.
  std::optional<Button> enter;
  bool multipart = false;  // it has files
  std::string autosave;    // address that takes changed fields (data-autosave); "" for none. Such a form has a place of
                           // its own, id "form-said", where the script says aloud what matters: that saving works, when
                           // it first does and when it does again, that it does not, and what came below.
  // What #saved-state says, with autosave: among it when there is no network, when too much is going on (429, 503) and
  // when something is broken here.
  std::string saved_text, saving_text, offline_text, busy_text, broken_text, conflict_text = {};
  std::string offline_next_text;  // said at the button that was pressed without a network
  bool restored = false;          // its fields were typed before a login, and are saved nowhere yet
  // Where one writes what is saved nowhere before it is sent: the field to post with it, which shows the same page again with
  // all that was typed. With it another language takes along what was typed, and leaving the page is asked about first, when
  // something was typed: on this page, or before (`typed`).
  std::pair<std::string, std::string> again = {};
  bool typed = false;
};
[[nodiscard]] Html post_form(const Form& form, const Html& content);
// One button that posts: "Logg ut", "Ta tilbake".
[[nodiscard]] Html post_button(const Form& form, const Button& button);
[[nodiscard]] Html get_form(std::string_view action, const Html& content);

// The answer to our script's request: elements that each replace the one with the same id.
[[nodiscard]] Response fragment(const Html& elements, int status = 200);

}  // namespace alting::web::ui
