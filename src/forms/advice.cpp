#include "forms/advice.h"

#include "base/html_tag.h"
#include "forms/folder.h"
#include "forms/page_size.h"

namespace alting::forms {

namespace {

// A link whose address begins with a variable is checked when it is filled in.
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

// What rows may come to: more than can be chosen among, or than a page can show.
class RowsAdviser {
 public:
  RowsAdviser(const Folder& folder, std::vector<Fault>& out) : folder_(folder), out_(out) {}

  void check() {
    std::vector<std::size_t> parts(folder_.layout.pages.size());
    for (const auto& component : folder_.layout.components) {
      if (!component.kind) continue;
      if (component.row_source) choice(component);
      auto& page = parts[static_cast<std::size_t>(component.page)];
      page = std::min(most, page + times(rows_around(component), parts_of(component)));
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const auto& page = folder_.layout.pages[i];
      if (parts[i] > max_page_parts)
        out_.push_back(
            {page.file, 0,
             fmt::format("page \"{}\" cannot be shown with as many rows as its groups allow: {} parts, at "
                         "most {}; from there on no row is added (give the groups a lower \"maxCount\")",
                         page.id, parts[i] == most ? "over 1000000000" : std::to_string(parts[i]), max_page_parts)});
    }
  }

 private:
  static constexpr std::size_t most = 1'000'000'000;
  static std::size_t times(std::size_t a, std::size_t b) { return a == 0 || b <= most / a ? a * b : most; }

  [[nodiscard]] std::size_t rows_of_group(const std::string& group) const {
    std::size_t rows = 0;
    for (const auto& one : folder_.layout.components) {
      if (one.repeating && one.group_path() == group)
        rows = std::max(rows, max_rows_of(one.max_count, group, folder_.model));
    }
    return rows > 0 ? rows : max_rows_of(0, group, folder_.model);
  }
  [[nodiscard]] std::size_t rows_around(const Component& component) const {
    std::size_t rows = 1;
    for (const auto& group : component.groups) rows = times(rows, rows_of_group(group));
    return rows;
  }
  // With its own rows' frames, when it is a group.
  [[nodiscard]] std::size_t parts_of(const Component& component) const {
    auto parts = parts_of_field;
    if (component.repeating && !component.group_path().empty())
      parts += parts_of_field * rows_of_group(component.group_path());
    const auto each = parts_of_choice(*component.kind);
    if (each == 0) return parts;
    if (component.row_source)
      return parts + each * std::min(max_row_options, rows_of_group(component.row_source->group));
    if (component.has_options) return parts + each * component.options.size();
    const auto list = folder_.options.find(component.options_id);
    if (list == folder_.options.end() || list->second.versions.empty()) return parts;
    return parts + each * list->second.versions.back().options.size();
  }
  void choice(const Component& component) {
    const auto rows = rows_of_group(component.row_source->group);
    if (rows > max_row_options)
      out_.push_back({component.file, component.row_source->line,
                      fmt::format("component \"{}\": source: \"{}\" may have {} rows, and only the first {} can be "
                                  "chosen (give the group a lower \"maxCount\")",
                                  component.id, component.row_source->group, rows, max_row_options)});
  }

  const Folder& folder_;
  std::vector<Fault>& out_;
};

}  // namespace

std::vector<Fault> advice_on(const std::filesystem::path& folder) {
  std::vector<Fault> faults;  // told by load_app
  const auto read = read_folder(folder, faults);
  auto out = unread_of(read);
  look_at_texts(read, out);
  RowsAdviser(read, out).check();
  std::ranges::stable_sort(
      out, [](const Fault& a, const Fault& b) { return std::tie(a.file, a.line) < std::tie(b.file, b.line); });
  return out;
}

}  // namespace alting::forms
