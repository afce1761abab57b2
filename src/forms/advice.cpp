#include "forms/advice.h"

#include "forms/folder.h"

namespace alting::forms {

std::vector<Fault> advice_on(const std::filesystem::path& folder) {
  std::vector<Fault> faults;  // told by load_app
  auto out = unread_of(read_folder(folder, faults));
  std::ranges::stable_sort(
      out, [](const Fault& a, const Fault& b) { return std::tie(a.file, a.line) < std::tie(b.file, b.line); });
  return out;
}

}  // namespace alting::forms
