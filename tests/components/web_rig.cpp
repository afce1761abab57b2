// A small server with the gallery of components and one page that uses everything the script does, for the browser
// tests of it. It runs until its standard input ends.
//
//   web_rig --assets DIR --port N
//
// GET /lagret tells what was saved, as JSON.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "base/log.h"
#include "base/metrics.h"
#include "web/components/components.h"
#include "web/components/examples.h"
#include "web/cookies.h"
#include "web/server.h"

namespace {

using namespace alting;  // NOLINT: a program of its own
using web::html::el;
using web::html::Html;
using web::html::text;

struct Draft {
  std::mutex mutex;
  std::map<std::string, std::string> values;
  int version = 1;
  int saves = 0;
  int sent = 0;
};

Html version_field(int version) {
  return el("input", {{"type", "hidden"}, {"name", "version"}, {"id", "version"}, {"value", version}});
}

Html name_field(const std::string& value, const std::string& error) {
  web::ui::TextField field;
  field.name = "navn";
  field.label = "Navn";
  field.value = value;
  field.error = error;
  return web::ui::text_field(field);
}

Html form_page(Draft& draft, const web::Assets& assets, const std::string& token) {
  std::lock_guard lock(draft.mutex);
  web::ui::TextArea area;
  area.name = "tekst";
  area.label = "Tekst";
  area.max_length = 20;
  area.count_text = "{n} tegn igjen";
  area.value = draft.values["tekst"];
  web::ui::CheckboxGroup boxes;
  boxes.name = "valg";
  boxes.label = "Valg";
  boxes.options = {{.value = "a", .label = "Første"}, {.value = "b", .label = "Andre"}};
  web::ui::DateTimeField moment;
  moment.name = "naar";
  moment.date_name = "naar.date";
  moment.time_name = "naar.time";
  moment.label = "Når";
  moment.date_label = "Dato";
  moment.time_label = "Klokkeslett";
  web::ui::Form form;
  form.action = "/skjema/send";
  form.token = token;
  form.hidden = {{"version", std::to_string(draft.version)}};
  form.id = "skjema";
  form.autosave = "/skjema/lagre";
  form.saved_text = "Lagret {time}";
  form.saving_text = "Lagrer";
  form.offline_text = "Uten nett";
  form.busy_text = "Travelt";
  form.broken_text = "Feil hos oss";
  form.conflict_text = "Noen andre har endret";
  Html content = web::ui::heading(1, "Prøveskjema");
  content += web::ui::post_form(form, web::ui::saved_state("") + name_field(draft.values["navn"], "") +
                                          web::ui::text_area(area) + web::ui::checkbox_group(boxes) +
                                          web::ui::date_time_field(moment) + web::ui::button("Send inn"));
  web::ui::FileField file;
  file.name = "fil";
  file.label = "Vedlegg";
  file.button_label = "Last opp";
  file.progress_text = "Laster opp {percent} %";
  web::ui::Form upload;
  upload.action = "/vedlegg";
  upload.token = token;
  upload.multipart = true;
  content +=
      web::ui::post_form(upload, web::ui::file_field(file)) + el("p", {{"id", "vedlegg-liste"}}, text("Ingen vedlegg"));
  content += web::ui::search_field(
      {.label = "Søk i listen", .button = "Søk", .action = "/sok", .live = "treff", .show_label = true});
  content += el("p", {{"id", "treff"}}, text("Ikke søkt"));
  content += web::ui::deadline_clock({.at = {base::SystemClock().now().micros + 90'060'000'000},
                                      .label = "Frist",
                                      .when = "i morgen",
                                      .words = "snart"});
  content += web::ui::copy_button("Kopier", "AR-1", "Kopiert");
  web::ui::Layout layout;
  layout.title = "Prøveskjema";
  layout.site_name = "Alting";
  layout.skip_label = "Hopp til hovedinnhold";
  return web::ui::page(layout, assets, content);
}

web::Response save(Draft& draft, const web::Request& request) {
  std::lock_guard lock(draft.mutex);
  ++draft.saves;
  if (request.form_value("navn") == "treg") std::this_thread::sleep_for(std::chrono::milliseconds(600));
  if (request.form_value("version") != std::to_string(draft.version) || request.form_value("navn") == "konflikt")
    return web::ui::fragment(
        el("p", {{"class", "saved-state"}, {"id", "saved-state"}, {"role", "status"}}, text("Konflikt")), 409);
  ++draft.version;
  for (std::string_view name : request.form_values("changed")) {
    std::string joined;
    for (std::string_view value : request.form_values(name)) joined += (joined.empty() ? "" : ",") + std::string(value);
    draft.values[std::string(name)] = joined;
  }
  Html answer = version_field(draft.version) + web::ui::saved_state("Lagret nå");
  if (request.form_value("navn") == "feil") answer += name_field("feil", "Dette navnet går ikke.");
  return web::ui::fragment(answer);
}

web::Router routes(Draft& draft, const web::Assets& assets, web::Cookies& cookies) {
  web::Router router;
  router.set_token_check([&](const web::Request& request) { return cookies.token_is_good(request); });
  web::ui::add_gallery(router, assets);
  router.add(web::Method::get, "/skjema", [&](const web::Request& request) {
    auto token = cookies.token(request);
    web::Response response = web::page(form_page(draft, assets, token.form_value));
    if (token.set_cookie) response.set_cookies.push_back(*token.set_cookie);
    return response;
  });
  router.add(web::Method::post, "/skjema/lagre", [&](const web::Request& request) { return save(draft, request); });
  router.add(web::Method::post, "/skjema/send", [&](const web::Request& request) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    std::lock_guard lock(draft.mutex);
    ++draft.sent;
    draft.values["navn"] = request.form_value("navn");
    return web::redirect("/lagret");
  });
  router.add(web::Method::post, "/vedlegg",
             [&](const web::Request& request) {
               Html list = el("p", {{"id", "vedlegg-liste"}},
                              text(request.uploads.empty()
                                       ? "Ingen"
                                       : fmt::format("{} {}", request.uploads[0].file_name, request.uploads[0].size)));
               return request.wants_fragment() ? web::ui::fragment(list) : web::page(list);
             },
             {.upload = 10'000'000, .uploads = 1});
  router.add(web::Method::get, "/sok", [&](const web::Request& request) {
    Html hits = el("p", {{"id", "treff"}}, text("Treff på " + std::string(request.query_value("q"))));
    return request.wants_fragment() ? web::ui::fragment(hits) : web::page(hits);
  });
  router.add(web::Method::get, "/lagret", [&](const web::Request&) {
    std::lock_guard lock(draft.mutex);
    base::Json values = base::Json::object();
    for (const auto& [name, value] : draft.values) values.set(name, value);
    return web::json(base::Json::object(
        {{"values", values}, {"saves", draft.saves}, {"sent", draft.sent}, {"version", draft.version}}));
  });
  return router;
}

}  // namespace

int main(int count, char** words) {
  std::map<std::string, std::string> said;
  for (int i = 1; i + 1 < count; i += 2) said[words[i]] = words[i + 1];
  base::set_log_level(base::LogLevel::error);
  base::SystemClock clock;
  base::SystemRandom random;
  base::Metrics metrics;
  web::Cookies cookies(random.bytes(32), false, random);
  web::Assets assets = web::Assets::load(said["--assets"]);
  Draft draft;
  web::ServerOptions options;
  options.port = static_cast<std::uint16_t>(std::stoi(said["--port"]));
  options.assets = said["--assets"];
  options.workers = 8;
  options.upload_folder = std::filesystem::temp_directory_path() / fmt::format("alting-web-rig-{}", ::getpid());
  {
    web::Server server(options, routes(draft, assets, cookies), clock, random, metrics);
    server.start();
    std::puts("ready");
    std::fflush(stdout);
    char octet;
    while (::read(STDIN_FILENO, &octet, 1) > 0) {
    }
  }
  std::filesystem::remove_all(options.upload_folder);
}
