// Pages of an archive copy: HTML that is read from the disk, without scripts and without anything from elsewhere. `privacy`
// makes its copies of them too.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/rich_text.h"

namespace alting::inbox {

[[nodiscard]] std::string to_html(const base::RichNode& node);

class ArchivePage {
 public:
  ArchivePage(base::Language language, std::string_view title);
  void fact(std::string_view label,
            std::string_view value);  // of a list of facts; those one after another are one list
  void paragraph(std::string_view text);
  void heading(std::string_view text);
  void body(const base::RichNode& tree);
  void link(std::string_view href, std::string_view text);  // of a list; href: a file of the archive
  // What stands between is shown when one asks for it.
  void begin_details(std::string_view summary);
  void end_details();
  [[nodiscard]] std::string finish();

 private:
  enum class Open { nothing, facts, links };
  void open(Open what);
  std::string out_;
  Open open_ = Open::nothing;
};

// A name that any system can write: no folders, no signs that some system keeps for itself, not hidden, not too long.
[[nodiscard]] std::string plain_file_name(std::string_view name);

}  // namespace alting::inbox
