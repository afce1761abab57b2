// The sample forms of cases/, for tests.
#pragma once
#include <gtest/gtest.h>

#include <ostream>

#include "forms/catalogue.h"

namespace alting::base {
inline void PrintTo(const Json& value, std::ostream* out) { *out << value.dump(); }
}  // namespace alting::base

namespace alting::forms {

inline std::filesystem::path sample_folder() { return ALTING_SOURCE_DIR "/src/forms/cases/app"; }

inline std::shared_ptr<const App> sample_app() {
  static const auto loaded = load_app(sample_folder());
  for (const auto& fault : loaded.faults) ADD_FAILURE() << fault.file << ":" << fault.line << ": " << fault.message;
  return loaded.app;
}

// The notice of cases/notice: with two ways, open answers, promises and an addition of one page.
inline std::filesystem::path sample_notice_folder() { return ALTING_SOURCE_DIR "/src/forms/cases/notice"; }

inline std::shared_ptr<const App> sample_notice() {
  static const auto loaded = load_app(sample_notice_folder());
  for (const auto& fault : loaded.faults) ADD_FAILURE() << fault.file << ":" << fault.line << ": " << fault.message;
  if (!loaded.app) throw std::runtime_error("cases/notice does not load");
  return loaded.app;
}

inline base::Json json(std::string_view text) {
  auto out = base::Json::parse(text);
  if (!out) ADD_FAILURE() << "not JSON: " << text;
  return out ? *out : base::Json();
}

inline base::Instant at(std::string_view text) { return base::from_rfc3339(text).value(); }

inline FormContext form_context(std::string_view data = "{}") {
  FormContext out;
  out.now = at("2026-11-20T12:00:00+01:00");
  out.data = json(data);
  return out;
}

// What a page's fields make of the answers.
inline base::Result<Applied> post(const App& app, const FormContext& context, const NamesAndTexts& fields) {
  ALTING_TRY(posted, read_posted(app, fields));
  return app.read(context).apply(posted);
}

inline Applied applied(const App& app, const FormContext& context, const NamesAndTexts& fields) {
  auto out = post(app, context, fields);
  if (!out) ADD_FAILURE() << out.error().code << " " << out.error().detail;
  return out ? *std::move(out) : Applied{};
}

inline FieldName named(const App& app, std::string_view text) {
  auto name = FieldName::parse(app, text);
  if (!name) ADD_FAILURE() << "no field: " << text;
  return name.value_or(FieldName{});
}

// Typed texts by the names a page posts.
inline TypedTexts typed_texts(const App& app, std::initializer_list<std::pair<std::string_view, std::string>> texts) {
  TypedTexts out;
  for (const auto& [name, text] : texts) out[named(app, name)] = text;
  return out;
}

// The first component of the id, in groups and rows too; nullptr when it is not shown.
inline const ComponentView* find_view(const std::vector<ComponentView>& views, std::string_view id) {
  for (const auto& view : views) {
    if (view.id == id) return &view;
    for (const auto& row : view.rows) {
      if (const auto* found = find_view(row, id)) return found;
    }
  }
  return nullptr;
}

inline const ComponentView& view_of(const PageView& page, std::string_view id) {
  const auto* found = find_view(page.components, id);
  if (found == nullptr) throw std::runtime_error("not shown: " + std::string(id));
  return *found;
}

inline std::vector<std::string> ids_of(const std::vector<PageTitle>& pages) {
  std::vector<std::string> out;
  for (const auto& page : pages) out.push_back(page.id);
  return out;
}

inline std::vector<std::string> ids_of(const std::vector<ComponentView>& components) {
  std::vector<std::string> out;
  for (const auto& component : components) out.push_back(component.id);
  return out;
}

inline std::vector<Path> paths_of(const std::vector<Later>& later) {
  std::vector<Path> out;
  for (const auto& promise : later) out.push_back(promise.path);
  return out;
}

inline const Issue* find_issue(const std::vector<Issue>& issues, std::string_view path, std::string_view code) {
  for (const auto& issue : issues) {
    if (issue.path == path && issue.code == code) return &issue;
  }
  return nullptr;
}

}  // namespace alting::forms
