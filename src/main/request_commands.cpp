#include "main/request_commands.h"

#include "base/text.h"
#include "main/command_list.h"
#include "privacy/make_privacy.h"

namespace alting::main {

using base::Json;
using privacy::RequestKind;

namespace {

base::Error wrong_answer(base::ErrorKind kind, std::string_view why) {
  return base::make_error(kind, "error.admin", std::string(why));
}
base::Error wrong_answer(std::string_view why) { return wrong_answer(base::ErrorKind::invalid, why); }

base::Error refused_answer(const base::Error& error) {
  std::string why = error.code;
  if (error.code == "error.rights.unknown") why = "there is no such request";
  if (error.code == "error.rights.answered") why = "the request is answered, or was withdrawn";
  if (error.code == "error.rights.refusal") why = "the reason: one of the codes of docs/operator.md";
  if (error.code == "error.rights.words") why = fmt::format("--words: at most {} letters", privacy::longest_words);
  if (error.code == "error.rights.no_answer") why = "--words: a question is answered with words";
  return wrong_answer(error.kind, why);
}

std::string request_line(const privacy::ControllersRequest& one) {
  return fmt::format("request {} {} of {}{}{}, asked {}, due {}", one.id.text(), privacy::to_text(one.kind),
                     one.party_uuid.text(), one.target.item.empty() ? "" : ", only " + one.target.item,
                     one.ground.empty() ? "" : ", ground " + one.ground, base::to_date_oslo(one.asked_at),
                     base::to_date_oslo(one.due_at));
}

// What they wrote is read one by one, and by who asks for it.
base::Status show_one(Installation& installation, const Json& command, const PrintLine& print) {
  ALTING_TRY(request, request_of(installation, command));
  print(request_line(request));
  print(fmt::format("  {}", privacy::to_text(request.state)));
  if (!request.words.empty())  // What people wrote can make no line of its own, and moves nothing on the screen.
    for (const auto line : base::split(request.words, '\n'))
      if (!line.empty()) print("  | " + base::one_line(line, privacy::longest_words));
  if (!request.answer.empty()) print("  answered: " + request.answer);
  return {};
}

base::Status answer_as_asked(Installation& installation, const Json& command) {
  ALTING_TRY(request, request_of(installation, command));
  const std::string reason(command.text("reason"));
  const bool granted = command["granted"].bool_or(false);
  if (granted != reason.empty()) return wrong_answer("either --granted, or --refused with its reason");
  // Granting one is restricting: the answer alone would say what is not so.
  if (granted && request.kind == RequestKind::restriction)
    return wrong_answer("a restriction is granted by `alting restriction impose`");
  return answer_request(installation, request,
                        {.granted = granted, .refusal = reason, .words = std::string(command.text("words"))},
                        command.text("by"));
}

}  // namespace

std::size_t list_requests(Installation& installation, const PrintLine& print) {
  std::size_t waiting = 0;
  std::string after;
  do {
    const auto page = installation.privacy->requests.of_operator(privacy::RequestList::waiting, after);
    for (const auto& one : page.rows) print(request_line(one));
    waiting += page.rows.size();
    after = page.next;
  } while (!after.empty());
  return waiting;
}

base::Result<privacy::ControllersRequest> request_of(Installation& installation, const Json& command) {
  const auto id = privacy::RequestId::parse(command.text("request"));
  auto found = id ? installation.privacy->requests.find_as_operator(*id) : std::nullopt;
  if (!found) return wrong_answer("there is no such request");
  return *std::move(found);
}

base::Status answer_request(Installation& installation, const privacy::ControllersRequest& request,
                            const privacy::RequestAnswer& answer, std::string_view by,
                            const std::function<base::Status(store::Tx&)>& also) {
  const auto letters = base::is_utf8(by) ? base::code_points(by) : 0;
  if (letters < 2 || letters > 100) return wrong_answer("--by: who decided it, 2 to 100 letters");
  const auto done =
      installation.privacy->requests.answer_as_operator(request.id, answer, by, installation.clock.now(), also);
  if (!done) return refused_answer(done.error());
  return {};
}

base::Status requests_command(Installation& installation, const Json& command, const PrintLine& print) {
  const auto act = command.text("act");
  if (act == "list") {
    print(fmt::format("{} waiting", list_requests(installation, print)));
    return {};
  }
  if (act == "show") return show_one(installation, command, print);
  if (act != "answer") return wrong_answer("list, show or answer");
  ALTING_CHECK(answer_as_asked(installation, command));
  print("done");
  return {};
}

void add_request_commands(CLI::App& app, int& status) {
  auto* group =
      app.add_subcommand("requests", "What people ask of who runs the portal about their data, and the answers");
  group->require_subcommand(1);
  auto* list = group->add_subcommand("list", "Say which wait for an answer, of whom and when they are due");
  const auto of_list = add_where(list);
  list->callback(
      [=, &status] { status = through(*of_list, Json::object({{"command", "requests"}, {"act", "list"}})); });

  auto* show = group->add_subcommand("show", "Say what one of them says, answered or not");
  auto shown = std::make_shared<std::string>();
  show->add_option("request", *shown, "The request, as `requests list` has it")->required();
  const auto of_show = add_where(show);
  show->callback([=, &status] {
    status = through(*of_show, Json::object({{"command", "requests"}, {"act", "show"}, {"request", *shown}}));
  });

  struct Answer {
    std::string request, reason, words, by;
    bool granted = false;
  };
  auto said = std::make_shared<Answer>();
  auto* answer = group->add_subcommand("answer", "Answer one; who asked reads the answer, and it stands in their log");
  answer->add_option("request", said->request, "The request, as `requests list` has it")->required();
  auto* granted =
      answer->add_flag("--granted", said->granted, "It is done as was asked, or what was asked is answered");
  answer->add_option("--refused", said->reason, "The code of why not, as law_requires")->excludes(granted);
  answer->add_option("--words", said->words, "What the one who asked is told besides");
  answer->add_option("--by", said->by, "Who decided it: the person's name")->required();
  const auto of_answer = add_where(answer);
  answer->callback([=, &status] {
    status = through(*of_answer, Json::object({{"command", "requests"},
                                               {"act", "answer"},
                                               {"request", said->request},
                                               {"granted", said->granted},
                                               {"reason", said->reason},
                                               {"words", said->words},
                                               {"by", said->by}}));
  });
}

}  // namespace alting::main
