#include "forms/advice.h"

#include "base/html_tag.h"
#include "forms/folder.h"

namespace alting::forms {

namespace {

// A link whose address begins with a variable is judged when it is filled in.
bool is_open(std::string_view address) { return address.find('{') != std::string_view::npos; }

void look_at_texts(const Folder& folder, std::vector<Fault>& out) {
  for (auto language : base::all_languages) {
    if (!folder.has_texts[static_cast<std::size_t>(language)]) continue;
    const auto file = fmt::format("config/texts/resource.{}.json", base::to_text(language));
    for (const auto& [id, resource] : folder.texts[static_cast<std::size_t>(language)]) {
      const auto use = base::use_of(resource.value);
      for (const auto& name : use.unknown_elements)
        out.push_back({file, resource.line, fmt::format("the text \"{}\" shows <{}> as it is written", id, name)});
      for (const auto& address : use.addresses)
        if (!is_open(address) && !base::is_safe_address(address))
          out.push_back({file, resource.line,
                         fmt::format("the text \"{}\" has a link to \"{}\", which is left out: links lead to https, "
                                     "mailto, tel or a path",
                                     id, address)});
    }
  }
}

}  // namespace

std::vector<Fault> advice_on(const std::filesystem::path& folder) {
  std::vector<Fault> faults;  // told by load_app
  const auto read = read_folder(folder, faults);
  auto out = unread_of(read);
  look_at_texts(read, out);
  std::ranges::stable_sort(
      out, [](const Fault& a, const Fault& b) { return std::tie(a.file, a.line) < std::tie(b.file, b.line); });
  return out;
}

}  // namespace alting::forms
