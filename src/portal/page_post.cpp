#include "portal/page_post.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace alting::portal {
namespace {

constexpr std::string_view file_prefix = "file:", tag_prefix = "tag:", kept_prefix = "keep:",
                           mine_prefix = "keep-mine:", stored_prefix = "keep-stored:", print_prefix = "conflict:",
                           by_prefix = "conflict-by:";

std::string prefixed(std::string_view prefix, std::string_view rest) { return std::string(prefix) + std::string(rest); }

// What follows the prefix; nothing when the name begins otherwise.
std::optional<std::string> rest_after(std::string_view prefix, std::string_view name) {
  if (!name.starts_with(prefix)) return std::nullopt;
  return std::string(name.substr(prefix.size()));
}

// What is read by its name, or by nobody here.
bool is_own(std::string_view name) {
  static constexpr std::array whole{std::string_view("token"), std::string_view("once"), std::string_view("changed"),
                                    page_field::version,       page_field::seen,         page_field::go,
                                    page_field::upload,        page_field::detach,       page_field::my_contact,
                                    page_field::contact_at};
  return std::ranges::find(whole, name) != whole.end() || name.starts_with(file_prefix) ||
         name.starts_with(tag_prefix) || name.starts_with(kept_prefix);
}

bool is_of_conflict(std::string_view name) {
  return std::ranges::any_of(std::array{mine_prefix, stored_prefix, print_prefix, by_prefix},
                             [&](std::string_view prefix) { return name.starts_with(prefix); });
}

instances::Seen read_seen(std::string_view text) {
  instances::Seen seen;
  const auto json = base::Json::parse(text, {.size = 256 * 1024, .depth = 2, .values = 6'000});
  if (!json || !json->is_object()) return seen;
  for (const auto& [path, print] : json->members()) seen[path] = std::string(print.text_or(""));
  return seen;
}

struct GoTo {
  Go go = Go::stay;
  std::string where;
};
GoTo read_go(std::string_view text) {
  for (const auto go : {Go::next, Go::previous, Go::overview, Go::close})
    if (text == to_text(go)) return {go, {}};
  for (const auto go : {Go::page, Go::way}) {
    if (auto where = rest_after(to_text(go), text); where && !where->empty()) return {go, std::move(*where)};
  }
  return {};
}

}  // namespace

namespace page_field {
std::string file_of(std::string_view data_type) { return prefixed(file_prefix, data_type); }
std::string tag_of(std::string_view data_type) { return prefixed(tag_prefix, data_type); }
std::string keep_mine(std::string_view path) { return prefixed(mine_prefix, path); }
std::string keep_stored(std::string_view path) { return prefixed(stored_prefix, path); }
std::string stored_print(std::string_view path) { return prefixed(print_prefix, path); }
std::string stored_by(std::string_view path) { return prefixed(by_prefix, path); }
}  // namespace page_field

std::string to_text(Go go, std::string_view where) {
  switch (go) {
    case Go::stay: return "";
    case Go::next: return "next";
    case Go::previous: return "previous";
    case Go::overview: return "overview";
    case Go::close: return "close";
    case Go::page: return prefixed("page:", where);
    case Go::way: return prefixed("way:", where);
  }
  return "";
}

std::optional<std::string> data_type_of_file(std::string_view field) { return rest_after(file_prefix, field); }

forms::NamesAndTexts answers_of(const web::Request& request) {
  forms::NamesAndTexts answers;
  for (const auto& [name, text] : request.form)
    if (!is_own(name) && !is_of_conflict(name)) answers.emplace_back(name, text);
  return answers;
}

base::Result<PagePost> read_page_post(const forms::App& app, const web::Request& request) {
  auto [go, where] = read_go(request.form_value(page_field::go));
  PagePost post{.seen = read_seen(request.form_value(page_field::seen)),
                .go = go,
                .where = std::move(where),
                .my_contact = !request.form_value(page_field::my_contact).empty(),
                .contact_at = forms::Path(request.form_value(page_field::contact_at)),
                .upload = std::string(request.form_value(page_field::upload)),
                .detach = std::string(request.form_value(page_field::detach)),
                .restored = !request.form_value(page_field::restored).empty()};
  bool stored_is_chosen = false;
  for (const auto& [name, value] : request.form) {
    if (const auto mine = rest_after(mine_prefix, name)) {
      post.chosen = *mine;
    } else if (const auto stored = rest_after(stored_prefix, name)) {
      post.chosen = *stored;
      stored_is_chosen = true;
    } else if (const auto print = rest_after(print_prefix, name)) {
      post.told[*print].stored = value;
    } else if (const auto by = rest_after(by_prefix, name)) {
      post.told[*by].by = base::one_line(value, 200);
    }
  }
  // "Keep mine" is said of what the page showed as saved: when that has changed again, one is asked again.
  if (!post.chosen.empty() && !stored_is_chosen) {
    const auto shown = post.told.find(post.chosen);
    post.seen[post.chosen] = shown == post.told.end() ? std::string() : shown->second.stored;
  }
  ALTING_TRY(read, forms::read_posted(app, answers_of(request)));
  post.answers = std::move(read);
  if (stored_is_chosen)
    std::erase_if(post.answers.fields, [&](const auto& field) { return field.name.path == post.chosen; });
  return post;
}

}  // namespace alting::portal
