#include "main/bench_forms.h"

#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "main/bare_submissions.h"
#include "main/serving.h"
#include "net/address.h"
#include "web/bench.h"
#include "web/raw_client.h"

namespace alting::main {

namespace {

using FormFields = std::vector<std::pair<std::string, std::string>>;
constexpr std::string_view form_of_bench = "dat/veiledning";

// A browser without scripts in a session: it fills in the small form for one party. Throws when an answer is not what a
// person would get.
class FormVisitor {
 public:
  FormVisitor(std::uint16_t port, std::string party, std::string cookies)
      : client_(port), port_(port), party_(std::move(party)), cookies_(std::move(cookies)) {}

  [[nodiscard]] std::string get_request(std::string_view place, std::string_view more_headers = "") const {
    return fmt::format("GET /a/{}{} HTTP/1.1\r\nHost: localhost:{}\r\nCookie: {}\r\n{}\r\n", party_, place, port_,
                       cookies_, more_headers);
  }
  [[nodiscard]] std::string post_request(std::string_view place, const FormFields& fields) const {
    const auto content = net::form_encode(fields);
    return fmt::format(
        "POST /a/{}{} HTTP/1.1\r\nHost: localhost:{}\r\nCookie: {}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}",
        party_, place, port_, cookies_, content.size(), content);
  }
  std::string get(std::string_view place) { return answer_to(get_request(place), 200); }
  // Where it leads to: whatever is posted here is answered with another address.
  std::string post(std::string_view place, const FormFields& fields) {
    const auto answer = answer_to(post_request(place, fields), 303);
    const std::string_view name = "\r\nLocation: ";
    const auto at = answer.find(name);
    if (at == std::string::npos) throw std::runtime_error("an answer leads nowhere");
    const auto from = at + name.size();
    return answer.substr(from, answer.find("\r\n", from) - from);
  }
  // The value of a field on a page that was read.
  [[nodiscard]] static std::string value_on(const std::string& page, std::string_view field) {
    const auto mark = fmt::format("name=\"{}\" value=\"", field);
    const auto at = page.find(mark);
    if (at == std::string::npos) throw std::runtime_error("a page has no field " + std::string(field));
    const auto from = at + mark.size();
    return page.substr(from, page.find('"', from) - from);
  }

  // The anti-forgery token, which holds for all pages of the session.
  [[nodiscard]] std::string read_token() { return value_on(get(fmt::format("/skjema/{}", form_of_bench)), "token"); }
  // The place of a draft that is begun: "/utkast/" and its id.
  [[nodiscard]] std::string begin_form(const std::string& token, const std::string& once) {
    const auto location =
        post(fmt::format("/skjema/{}/start", form_of_bench), {{"token", token}, {"once", once}, {"valg", "ny"}});
    const auto at = location.find("/utkast/");
    constexpr std::size_t length = std::string_view("/utkast/").size() + 36;
    if (at == std::string::npos || location.size() < at + length)
      throw std::runtime_error("beginning a form leads to " + location);
    return location.substr(at, length);
  }
  void fill_in(const std::string& token, const std::string& draft) {
    post(draft + "/side/Sporsmal", {{"token", token},
                                    {"sporsmal.tema", "rettigheter"},
                                    {"sporsmal.emne", "Innsyn i egne opplysninger"},
                                    {"sporsmal.tekst", std::string(1500, 'x')},
                                    {"go", "next"}});
    post(draft + "/side/Kontakt",
         {{"token", token}, {"kontakt.navn", "Kari Nordmann"}, {"kontakt.svar", "innboks"}, {"go", "next"}});
  }
  void send(const std::string& token, const std::string& draft, const std::string& once) {
    const auto overview = get(draft + "/oversikt");
    const auto location =
        post(draft + "/send", {{"token", token}, {"once", once}, {"version", value_on(overview, "version")}});
    if (location.find("/kvittering") == std::string::npos)
      throw std::runtime_error("sending a form leads to " + location);
  }

 private:
  std::string answer_to(const std::string& request, int status) {
    client_.send(request);
    auto answer = client_.response(30'000);
    if (web::status_of_text(answer) != status)
      throw std::runtime_error("not the answer that was asked for: " + request.substr(0, request.find("\r\n")) + ": " +
                               answer.substr(0, 60));
    return answer;
  }
  web::RawClient client_;
  std::uint16_t port_;
  std::string party_, cookies_;
};

}  // namespace

std::vector<BenchFigure> measure_forms() {
  const BenchFolder folder;
  auto installation = bench_expect(Installation::open(bench_settings_of_server(folder.path)));
  Serving serving(*installation);
  if (const auto started = serving.start(); !started) throw std::runtime_error(started.error().detail);
  const auto manager = bench_manager(*installation);
  const auto port = serving.port();
  const auto party = manager.party_uuid.text();
  const auto cookies = serving.cookies_for(manager);
  const auto once = [&] { return base::Uuid::v4(installation->random).text(); };
  FormVisitor visitor(port, party, cookies);
  const auto token = visitor.read_token();

  // A draft for each connection: none of them meets another's save.
  std::vector<std::string> drafts;
  for (int i = 0; i < bench_threads; ++i) {
    drafts.push_back(visitor.begin_form(token, once()));
    visitor.fill_in(token, drafts.back());
  }
  const auto page = drafts.front() + "/side/Sporsmal";
  std::vector<std::uint64_t> saves(drafts.size(), 0);
  // What is typed is another text each time, and so is stored. What the page showed of the other fields, which a browser
  // posts too and takes from the answer before, is left out.
  const auto next_save = [&](std::size_t connection) {
    return visitor.post_request(drafts[connection] + "/side/Sporsmal/lagre",
                                {{"token", token},
                                 {"changed", "sporsmal.emne"},
                                 {"sporsmal.emne", fmt::format("Innsyn, {}", ++saves[connection])}});
  };
  const auto rates =
      web::bench_requests(3, bench_threads,
                          {web::Asked{port, visitor.get_request(page)},
                           web::Asked{port, visitor.get_request(page, "Accept-Encoding: gzip, deflate, br\r\n")},
                           web::Asked{port, "", next_save}});

  constexpr std::size_t count = 1500;
  std::atomic<std::size_t> next{0};
  const auto start = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> people;
    for (int i = 0; i < bench_threads; ++i) {
      people.emplace_back([&] {
        FormVisitor person(port, party, cookies);
        while (next++ < count) {
          const auto draft = person.begin_form(token, once());
          person.fill_in(token, draft);
          person.send(token, draft, once());
        }
      });
    }
  }
  const auto forms_per_second = static_cast<double>(count) / seconds_after(start);
  serving.stop();
  const BenchFolder bare;
  const auto bare_per_second = bare_submissions(*installation, count, bench_threads, bare.path);

  std::vector<BenchFigure> figures;
  const auto add = [&](const std::string& name, const web::Rate& rate) {
    figures.push_back({name, "/s", rate.per_second, rates.bare.per_second, "bare Beast answer", ""});
    figures.push_back({name + ": processor", "us", rate.cpu_micros, rates.bare.cpu_micros, "bare Beast answer", ""});
  };
  add("form page, logged in", rates.others[0]);
  add("form page, logged in, compressed", rates.others[1]);
  add("one field saved while typing, durable", rates.others[2]);
  figures.push_back({"whole form over HTTP: begun, two pages, sent", "/s", forms_per_second, bare_per_second,
                     "the rows of sending inserted bare, 64 waiting threads", ""});
  return figures;
}

}  // namespace alting::main
