#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "forms/folder.h"
#include "forms/jmespath.h"
#include "forms/sample_app.h"

namespace alting::forms {
namespace {

namespace fs = std::filesystem;

rc::Gen<std::string> any_text() {
  return rc::gen::element<std::string>("a", "b", "Ærlig talt", "20036914700", "12", "1 234,5", "31.12.2026", "14:30",
                                       "ja", "navn", "helse", "full", " ", "\xF0\x9F\x8C\x8D", "{0}");
}

rc::Gen<Json> any_json(int depth) {
  auto scalars =
      rc::gen::oneOf(rc::gen::just(Json()), rc::gen::map(rc::gen::arbitrary<bool>(), [](bool b) { return Json(b); }),
                     rc::gen::map(rc::gen::inRange(-1000, 1000), [](int i) { return Json(i); }),
                     rc::gen::map(any_text(), [](std::string s) { return Json(std::move(s)); }));
  if (depth == 0) return scalars;
  auto lists = rc::gen::map(rc::gen::resize(4, rc::gen::container<std::vector<Json>>(any_json(depth - 1))),
                            [](std::vector<Json> items) { return Json(std::move(items)); });
  auto names = rc::gen::element<std::string>("type", "navn", "hva", "antall", "typer", "tid", "kjennskap", "tiltak",
                                             "tekst", "personer", "status", "dato", "x");
  auto objects = rc::gen::map(rc::gen::resize(5, rc::gen::container<std::vector<std::pair<std::string, Json>>>(
                                                     rc::gen::pair(names, any_json(depth - 1)))),
                              [](auto members) {
                                Json out = Json::object();
                                for (auto& [name, value] : members) out.set(name, std::move(value));
                                return out;
                              });
  return rc::gen::oneOf(scalars, lists, objects);
}

// Data as the form itself makes it: typed values, no nulls, in the model's order.
Json form_data() {
  static const auto model = [] {
    std::vector<Fault> faults;
    return read_folder(sample_folder(), faults).model;
  }();
  Json out = Json::object();
  auto maybe = [](auto set) {
    if (*rc::gen::arbitrary<bool>()) set();
  };
  for (const auto* name : {"type", "navn", "hva", "helse"}) maybe([&] { out.set(name, Json(*any_text())); });
  maybe([&] { out.set("antall", Json(*rc::gen::inRange(0, 9))); });
  maybe([&] { out.set("typer", Json(base::JsonArray{Json(*any_text()), Json(*any_text())})); });
  maybe([&] { out.set("tid", Json::object({{"kjennskap", Json(*any_text())}})); });
  maybe([&] {
    Json rows = Json::array();
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      Json row = Json::object();
      maybe([&] { row.set("tekst", Json(*any_text())); });
      maybe([&] { row.set("personer", Json(base::JsonArray{Json::object({{"navn", Json(*any_text())}})})); });
      rows.push_back(std::move(row));
    }
    out.set("tiltak", std::move(rows));
  });
  return model.in_order(out);
}

RC_GTEST_PROP(SupplementLaws, MergingTheChangesGivesTheDataAfter, ()) {
  auto before = form_data(), after = form_data();
  auto changes = sample_app()->changes(before, after);
  RC_ASSERT(sample_app()->merge(before, changes).dump() == after.dump());
  RC_ASSERT(before == after || !changes.empty());
}

RC_GTEST_PROP(ValidateLaws, IsTotalOnAnyJson, ()) {
  FormContext now = form_context();
  now.data = *any_json(4);
  now.before = *any_json(2);
  now.supplement = *rc::gen::arbitrary<bool>();
  auto reading = sample_app()->read(now);
  const auto& issues = reading.issues(When::submit);
  for (const auto& issue : issues) RC_ASSERT(!issue.message.empty());
  const auto same = [](const Issue& a) {
    return [&a](const Issue& b) { return a.path == b.path && a.code == b.code && a.message == b.message; };
  };
  for (const auto& issue : reading.issues(When::save)) RC_ASSERT(std::ranges::any_of(issues, same(issue)));
  (void)reading.answers();
  for (const auto& [id, title] : reading.pages()) (void)reading.page(id);
  auto final = sample_app()->read(now).finalise();
  now.data = final.data;
  RC_ASSERT(sample_app()->read(now).finalise().data == final.data);
}

RC_GTEST_PROP(ApplyLaws, NoTypedTextIsLost, ()) {
  static const std::vector<std::string> names{"hva",
                                              "epost",
                                              "ref",
                                              "antall",
                                              "belop",
                                              "fodt",
                                              "klokke",
                                              "land",
                                              "type",
                                              "tiltak[0].tekst",
                                              "tiltak[1].tekst",
                                              "tiltak[0].dato",
                                              "tiltak[0].personer[0].navn"};
  auto now = form_context(R"({"tiltak":[{}]})");
  auto name = *rc::gen::elementOf(names);
  auto typed = *rc::gen::oneOf(any_text(), rc::gen::map(rc::gen::arbitrary<std::string>(),
                                                        [](const std::string& s) { return base::replace_invalid(s); }));
  auto out = post(*sample_app(), now, {{name, typed}});
  RC_ASSERT(out.has_value());
  if (base::trim(typed).empty()) return;
  auto kept = value_at(out->data, name);
  auto back = out->rejected.find(named(*sample_app(), name));
  // Either it stands in the data in some form, or it comes back as typed, with an issue.
  if (back != out->rejected.end())
    RC_ASSERT(!out->issues.empty());
  else
    RC_ASSERT(kept != nullptr || base::trim(base::replace_all(typed, "\n", " ")).empty() || !base::is_utf8(typed));
}

RC_GTEST_PROP(ApplyLaws, AnyFieldsAreTakenOrRefused, ()) {
  auto name = rc::gen::oneOf(
      rc::gen::element<std::string>("hva", "tiltak[0]", "add-row:tiltak", "remove-row:tiltak[0]", "remove-row:tiltak",
                                    "later:antall", "later-date:antall", "tid.kjennskap.date", "tiltak[99999].tekst",
                                    "[", "a..b", "tiltak[-1].tekst"),
      any_text());
  auto fields = *rc::gen::container<std::vector<std::pair<std::string, std::string>>>(rc::gen::pair(name, any_text()));
  FormContext now = form_context();
  now.data = *any_json(3);
  (void)post(*sample_app(), now, fields);
}

RC_GTEST_PROP(JmespathLaws, AnyQueryHasAnAnswerOrAnError, ()) {
  auto query =
      *rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                        "a", ".", "[", "]", "*", "[?", "[]", "@", "&", "|", "||", "!", "(", ")", "{", "}", ":", ",",
                        "`1`", "'x'", "1", "-1", "==", "<", "sum", "sort_by", " ")),
                    [](const std::vector<std::string>& parts) { return fmt::format("{}", fmt::join(parts, "")); });
  auto answer = jmespath(*any_json(3), query);
  if (!answer) RC_ASSERT(answer.error().starts_with("Jmespath error"));
}

// Whatever stands in a folder's files, loading ends with an app or with faults.
RC_GTEST_PROP(LoaderLaws, AMutatedFolderNeverCrashes, ()) {
  static const auto files = [] {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& entry : fs::recursive_directory_iterator(sample_folder())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      out.emplace_back(fs::relative(entry.path(), sample_folder()).string(),
                       std::string(std::istreambuf_iterator<char>(in), {}));
    }
    return out;
  }();
  auto folder = fs::temp_directory_path() / fmt::format("alting-forms-mutated-{}", ::getpid());
  if (!fs::exists(folder)) fs::copy(sample_folder(), folder, fs::copy_options::recursive);
  const auto& [name, sound] = *rc::gen::elementOf(files);
  auto bytes = sound;
  for (int n = *rc::gen::inRange(1, 6); n > 0 && !bytes.empty(); --n) {
    auto place = *rc::gen::inRange<std::size_t>(0, bytes.size());
    switch (*rc::gen::inRange(0, 4)) {
      case 0: bytes[place] = static_cast<char>(*rc::gen::inRange(0, 256)); break;
      case 1: bytes.erase(place, *rc::gen::inRange<std::size_t>(1, 40)); break;
      case 2:
        bytes.insert(place, *rc::gen::element<std::string>("[", "]", "{", "}", "\"", ",", "null", "[[[[[[[[", "1e999",
                                                           "\"dataModel\"", ".."));
        break;
      default: bytes.insert(place, bytes.substr(place, *rc::gen::inRange<std::size_t>(1, 200))); break;
    }
  }
  std::ofstream(folder / name, std::ios::binary) << bytes;
  auto loaded = load_app(folder);
  RC_ASSERT((loaded.app != nullptr) == loaded.faults.empty());
  if (loaded.app) {
    auto now = form_context(R"({"tiltak":[{"tekst":"a"}],"typer":["helse"]})");
    auto reading = loaded.app->read(now);
    for (const auto& [id, title] : reading.pages()) (void)reading.page(id);
    (void)reading.issues(When::submit);
  }
  std::ofstream(folder / name, std::ios::binary) << sound;
}

}  // namespace
}  // namespace alting::forms
