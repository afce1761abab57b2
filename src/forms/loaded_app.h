// The App made from a folder. See forms.h for what each function promises.
#pragma once
#include "forms/evaluator.h"
#include "forms/folder.h"

namespace alting::forms {

class LoadedApp final : public App {
 public:
  explicit LoadedApp(Folder folder);

  [[nodiscard]] const terms::AppId& id() const override { return folder_.id; }
  [[nodiscard]] const std::string& version() const override { return folder_.config.version; }
  [[nodiscard]] std::string title(Language language) const override;
  [[nodiscard]] const std::string& policy_xml() const override { return folder_.policy_xml; }
  [[nodiscard]] const std::vector<std::string>& parties_allowed() const override { return folder_.parties_allowed; }
  [[nodiscard]] const std::string& data_type() const override { return folder_.data_type; }
  [[nodiscard]] const DataCatalogue& data_catalogue() const override { return folder_.data; }
  [[nodiscard]] base::RichText text(Language language, std::string_view id) const override;
  [[nodiscard]] StartInfo start(Language language) const override;
  [[nodiscard]] Controller controller(Language language) const override;
  [[nodiscard]] std::vector<base::RichText> receipt_next(Language language) const override;
  [[nodiscard]] const std::string& summary_title_path() const override { return folder_.config.title_field; }
  [[nodiscard]] const std::string& own_reference_path() const override { return folder_.config.own_reference_field; }
  [[nodiscard]] const std::vector<Path>& agency_columns() const override { return folder_.config.agency_columns; }
  [[nodiscard]] std::string agency_column_label(Language language, const Path& path) const override;
  [[nodiscard]] const std::vector<UploadRule>& uploads() const override { return folder_.uploads; }
  [[nodiscard]] int minimum_authentication_level() const override { return folder_.config.authentication_level; }
  [[nodiscard]] Prefilled prefill(const std::map<std::string, std::string>& sources, base::Instant now) const override;
  [[nodiscard]] std::vector<std::pair<std::string, base::RichText>> pages(const Surroundings& now) const override;
  [[nodiscard]] base::Result<PageView> page(const Surroundings& now, std::string_view page) const override;
  [[nodiscard]] std::vector<AnswerView> answers(const Surroundings& now) const override;
  [[nodiscard]] std::vector<DeadlineView> deadlines(const Surroundings& now) const override;
  [[nodiscard]] std::vector<StopView> stops(const Surroundings& now) const override;
  [[nodiscard]] bool shows(std::string_view path) const override;
  [[nodiscard]] base::Result<Applied> apply(
      const Surroundings& now, const std::vector<std::pair<std::string, std::string>>& fields) const override;
  [[nodiscard]] std::vector<Issue> validate(const Surroundings& now, When when) const override;
  [[nodiscard]] Final finalise(const Surroundings& now) const override;
  [[nodiscard]] bool can_supplement() const override { return folder_.config.supplement.declared; }
  [[nodiscard]] SupplementTexts supplement_texts(Language language) const override;
  [[nodiscard]] const std::string& supplement_page() const override { return folder_.config.supplement.page; }
  [[nodiscard]] const std::string& supplement_text_path() const override {
    return folder_.config.supplement.text_field;
  }
  [[nodiscard]] const std::string& supplement_type_path() const override {
    return folder_.config.supplement.type_field;
  }
  [[nodiscard]] const std::vector<std::string>& supplement_types() const override {
    return folder_.config.supplement.types;
  }
  [[nodiscard]] const std::vector<std::string>& new_types() const override {
    return folder_.config.supplement.new_types;
  }
  [[nodiscard]] const std::string& supplement_reference_path() const override {
    return folder_.config.supplement.reference_field;
  }
  [[nodiscard]] bool is_about_supplement(const Path& path) const override;
  [[nodiscard]] std::vector<Change> changes(const Json& before, const Json& after) const override;
  [[nodiscard]] Json merge(const Json& before, const std::vector<Change>& changes) const override;
  [[nodiscard]] std::string label(Language language, const Path& path) const override;
  [[nodiscard]] std::string in_words(Language language, const Path& path, const Json& value,
                                     const Json& data) const override;

  [[nodiscard]] std::string attachment_kind(Language language, std::string_view data_type,
                                            std::string_view tag) const override;

  // What the parts of the implementation share.
  enum class Role : std::uint8_t { value, precision, group };
  struct Bound {
    int component = -1;
    Role role = Role::value;
  };
  [[nodiscard]] const Folder& folder() const { return folder_; }
  [[nodiscard]] const Bound* bound(std::string_view path) const;  // by pattern
  [[nodiscard]] World world(const Surroundings& now, const Json& data) const;
  [[nodiscard]] bool is_list(const Component& component) const;  // its codes are an array in the data
  [[nodiscard]] SchemaType type_of(std::string_view path) const;
  // A code in the type the model wants.
  [[nodiscard]] Json code_value(const Component& component, const std::string& code) const;
  // What a field holds before anyone has touched it, by its preselectedOptionIndex.
  [[nodiscard]] std::optional<Json> preselected(const Component& component, std::string_view today) const;
  // Puts those in where nothing is yet: in the form itself (""), or in one row of a group.
  void preselect(Json& data, const Path& row, std::string_view today) const;
  // Runs the calculations on the data, which is what `world` sees, until nothing changes; answers what changed.
  std::vector<Path> calculate(const Surroundings& now, Json& data) const;
  [[nodiscard]] std::string words(const World& world, Language language, const Path& path, const Json& value) const;
  [[nodiscard]] std::string field_name(Evaluator& evaluator, Language language, const Path& path) const;

 private:
  Folder folder_;
  std::map<std::string, Bound, std::less<>> bound_;
};

// One visible component in one row.
struct Place {
  const Component* component = nullptr;
  Rows rows;
  [[nodiscard]] Path path() const { return with_rows(component->path(), rows); }
};
// Every visible component in layout order, rows of repeating groups after one another; hidden ones are left out.
[[nodiscard]] std::vector<Place> visible_places(Evaluator& evaluator);

}  // namespace alting::forms
