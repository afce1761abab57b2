// A record of a copy as people read it: codes in words, the questions of a form, parties by their names where they may be told, and
// what only programs need behind a summary. Every value of the record stands on the page; as it is stored it stands in the lines
// for programs. Used by this room only.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/texts.h"
#include "forms/catalogue.h"
#include "inbox/archive_page.h"
#include "terms/catalogue.h"
#include "terms/ids.h"

namespace alting::privacy {

// What a copy asks of others to be read; each may be missing.
struct CopyNames {
  std::function<std::string(std::string_view org)> agency = {};                        // "": unknown
  std::function<std::shared_ptr<const forms::App>(const terms::AppId&)> app = {};      // nullptr: unknown
  std::function<std::optional<terms::AppId>(std::string_view instance)> form_of = {};  // of one of the party's own
  // "": not to be told. `is_met`: who is in this column was given something by, or gave it to, whom the copy is of.
  std::function<std::string(std::int64_t party, bool is_met)> party = {};
};

class CopyTelling {
 public:
  CopyTelling(const base::Texts& texts, base::Language language, CopyNames names)
      : texts_(texts), language_(language), names_(std::move(names)) {}

  // Before records of another table.
  void begin(std::string_view type, const terms::Table& table);
  [[nodiscard]] std::string word(std::string_view id) const { return std::string(texts_.get(language_, id)); }
  [[nodiscard]] std::string title_of(std::string_view type) const;
  [[nodiscard]] std::string label_of(std::string_view name) const;
  [[nodiscard]] std::string agency_name(std::string_view org) const;  // the code where it has none
  // What this one is called: the form, the message, the act; "" without a name.
  [[nodiscard]] std::string name_of(std::string_view type, const base::Json& record) const;
  // All of it, files aside.
  void tell_record(inbox::ArchivePage& page, std::string_view type, const base::Json& record) const;
  // What matters to people of it.
  void tell_main(inbox::ArchivePage& page, std::string_view type, const base::Json& record) const;
  // Every value is a line: "answers, contact, name".
  void tell(inbox::ArchivePage& page, const std::string& label, const base::Json& value, int depth = 0) const;

 private:
  [[nodiscard]] std::optional<std::string> code_in_words(std::string_view type, std::string_view column,
                                                         const base::Json& value) const;
  [[nodiscard]] std::string service_in_words(std::string_view service) const;
  [[nodiscard]] std::shared_ptr<const forms::App> app_of(std::string_view org, std::string_view app) const;
  [[nodiscard]] std::shared_ptr<const forms::App> app_of_answers(std::string_view type, const base::Json& record) const;
  [[nodiscard]] std::string party_in_words(std::string_view type, std::string_view column, std::int64_t party) const;
  void tell_column(inbox::ArchivePage& page, std::string_view type, const std::string& name,
                   const base::Json& value) const;
  void tell_answers(inbox::ArchivePage& page, const forms::App& app, const base::Json& data, const std::string& path,
                    const base::Json& value, int depth) const;
  void tell_form(inbox::ArchivePage& page, const forms::App& app, const base::Json& content) const;
  void tell_log(inbox::ArchivePage& page, const base::Json& body) const;
  [[nodiscard]] std::string leaf_in_words(const base::Json& value) const;
  [[nodiscard]] std::string question(const forms::App& app, const std::string& path) const;

  const base::Texts& texts_;
  const base::Language language_;
  const CopyNames names_;
  std::set<std::string, std::less<>> party_columns_;      // of the table that is told of
  mutable std::map<std::string, std::string> questions_;  // that were looked up lately
};

// Kept so that the system works, and of little use to who reads: last, under a heading that says so.
[[nodiscard]] bool is_for_the_system(std::string_view type);

}  // namespace alting::privacy
