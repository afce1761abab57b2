#include "events/webhooks.h"

#include <charconv>

#include "base/log.h"
#include "store/failpoint.h"

namespace alting::events {
namespace {

constexpr std::size_t longest_answer = 64 * 1024;  // octets, of which none is kept
constexpr auto pause_when_busy = base::Duration::seconds(1);

// In seconds (RFC 9110 section 10.2.3); a date is not read.
std::optional<base::Duration> retry_after_of(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (fault != std::errc{} || end != text.data() + text.size() || seconds < 0 || seconds > 86'400) return std::nullopt;
  return base::Duration::seconds(seconds);
}

Outcome outcome_of(int status) {
  if (status >= 200 && status < 300) return Outcome::delivered;
  if (status >= 300 && status < 400) return Outcome::redirect;
  return status == 410 ? Outcome::gone : Outcome::status;
}

Outcome outcome_of(const base::Error& error) {
  return error.kind == base::ErrorKind::forbidden || error.kind == base::ErrorKind::invalid ? Outcome::inside
                                                                                            : Outcome::no_answer;
}

}  // namespace

Webhooks::Webhooks(Needs needs, Options options) : with_(std::move(needs)), options_(options) {
  good_.most = options.senders;
  troubled_.most = options.troubled_senders;
}

// What its subscriber may see is asked right before it is sent: memory follows the rows of all processes.
bool Webhooks::may_see(const Taken& taken, const Event& event) {
  if (!event.app) return with_.decider.agency_scope(taken.owner, event.org).has_value();
  access::Target target{event.party, event.app, event.instance, "EndEvent_1"};
  return with_.decider.decide_agency(taken.owner, event.org, target).has_value();
}

Webhooks::Sent Webhooks::request(const Taken& taken, const Event& event, bool troubled) {
  const auto body = to_cloud_event(event, with_.public_url).dump();
  const auto begun = with_.clock.now();
  const auto timestamp = begun.micros / 1'000'000;
  const auto id = event.id.text();
  net::HttpRequest request;
  request.method = "POST";
  request.url = taken.subscription.end_point;
  request.headers = {{"Content-Type", "application/cloudevents+json; charset=utf-8"},
                     {"webhook-id", id},
                     {"webhook-timestamp", std::to_string(timestamp)},
                     {"webhook-signature", with_.signer.sign(id, timestamp, body)}};
  request.body = body;
  request.timeout = troubled ? options_.troubled_timeout : options_.timeout;
  request.max_answer = longest_answer;
  const auto answer = with_.http.send(request);
  Sent sent;
  sent.answered.at = with_.clock.now();
  sent.slow = sent.answered.at - begun > options_.slow;
  if (answer) {
    sent.answered.outcome = outcome_of(answer->status);
    sent.answered.status = answer->status;
    if (answer->status == 429 || answer->status == 503)
      sent.retry_after = retry_after_of(answer->header("retry-after"));
  } else if (answer.error().kind == base::ErrorKind::too_many) {  // ours to this host: it was not asked
    sent.tried = false;
    sent.retry_after = pause_when_busy;
  } else {
    sent.answered.outcome = outcome_of(answer.error());
  }
  return sent;
}

Webhooks::Sent Webhooks::send_one(const Taken& taken, std::size_t place, bool troubled) {
  const auto& event = taken.sends[place].event;
  Sent sent;
  if (may_see(taken, event)) {
    sent = request(taken, event, troubled);
  } else {
    sent.answered.at = with_.clock.now();
    sent.answered.outcome = Outcome::access;
  }
  sent.answered.place = place;
  store::failpoint::pass("events.one_sent");
  return sent;
}

void Webhooks::count(const Taken& taken, const Sent& sent) {
  if (!sent.tried) return;
  with_.metrics
      .counter("alting_events_sent_total", "Events that were sent to end points, by what came of it.",
               {{"outcome", std::string(to_text(sent.answered.outcome))}})
      .add();
  if (taken.validates() || sent.answered.outcome != Outcome::delivered) return;
  const auto& send = taken.sends[sent.answered.place];
  if (send.attempts == 0)
    with_.metrics
        .histogram("alting_events_delay_seconds", "From the commit of what was sent to its event at an end point.")
        .observe_seconds(static_cast<double>((sent.answered.at - send.event.time).micros) / 1e6);
}

// Several at the same time where it goes well. None is begun after the first that is slow or bad.
Came Webhooks::send(const Taken& taken, bool troubled) {
  std::vector<std::optional<Sent>> sent(taken.sends.size());
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> stop = false;
  const auto run = [&] {
    while (!stop) {
      const auto place = next++;
      if (place >= sent.size()) return;
      try {
        if (!with_.lanes.holds(taken)) {
          stop = true;
          return;
        }
        sent[place] = send_one(taken, place, troubled);
      } catch (const std::exception& error) {
        stop = true;
        base::log(base::LogLevel::error, "events.not_sent", {{"reason", std::string_view(error.what())}});
        return;
      }
      const auto outcome = sent[place]->answered.outcome;
      if (sent[place]->slow || !sent[place]->tried || (outcome != Outcome::delivered && outcome != Outcome::access))
        stop = true;
    }
  };
  {
    std::vector<std::jthread> helpers;
    const auto count = troubled ? 1 : std::min<std::size_t>(sent.size(), static_cast<std::size_t>(options_.at_once));
    for (std::size_t i = 1; i < count; ++i) helpers.emplace_back(run);
    run();
  }
  Came came;
  for (const auto& one : sent) {
    if (!one) continue;
    count(taken, *one);
    came.slow = came.slow || one->slow;
    if (one->retry_after) came.retry_after = one->retry_after;
    if (!one->tried) continue;
    came.answers.push_back(one->answered);
    const auto outcome = one->answered.outcome;
    if (outcome != Outcome::delivered && outcome != Outcome::access && (!came.failure || outcome == Outcome::gone))
      came.failure = one->answered;
  }
  return came;
}

Webhooks::Served Webhooks::serve(const Lanes::Due& due) {
  const auto taken = with_.lanes.claim(due.id);
  if (!taken) return {};
  Came came;
  if (taken->validates()) {
    Event question;
    question.org = taken->subscription.org;
    question.id = base::Uuid::v7(with_.random, with_.clock.now());
    question.type = type::validate_subscription;
    question.time = with_.clock.now();
    question.party = taken->subscription.owner;
    question.about = "/events/api/v1/subscriptions/" + std::to_string(taken->subscription.id);
    const auto answer = request(*taken, question, due.troubled);
    count(*taken, answer);
    came.slow = answer.slow;
    came.retry_after = answer.retry_after;
    if (answer.tried) came.failure = answer.answered;
  } else {
    came = send(*taken, due.troubled);
  }
  with_.lanes.settle(*taken, came);
  Served served;
  for (const auto& one : came.answers) served.delivered += one.outcome == Outcome::delivered ? 1 : 0;
  if (taken->validates() && came.failure && came.failure->outcome == Outcome::delivered) ++served.delivered;
  const bool well = !came.slow && !came.retry_after && (!came.failure || came.failure->outcome == Outcome::delivered);
  served.more = well && (taken->more || taken->validates());
  return served;
}

int Webhooks::deliver_due() {
  int delivered = 0;
  for (const auto& due : with_.lanes.due()) delivered += serve(due).delivered;
  return delivered;
}

void Webhooks::hand_out(const Lanes::Due& due) {
  auto& pool = due.troubled ? troubled_ : good_;
  pool.waiting.push_back(due);
  if (pool.idle >= static_cast<int>(pool.waiting.size()) || pool.threads >= pool.most) {
    wake_.notify_all();
    return;
  }
  ++pool.threads;
  workers_.add([this, &pool] { work(pool); });
}

void Webhooks::look() {
  const auto all = with_.lanes.due();
  const std::lock_guard lock(mutex_);
  for (const auto& due : all)
    if (!stopping_ && in_hand_.insert(due.id).second) hand_out(due);
}

void Webhooks::work(Pool& pool) {
  std::unique_lock lock(mutex_);
  while (true) {
    ++pool.idle;
    wake_.wait(lock, [&] { return stopping_ || !pool.waiting.empty(); });
    --pool.idle;
    if (stopping_) return;
    const auto due = pool.waiting.front();
    pool.waiting.pop_front();
    lock.unlock();
    Served served;
    try {
      served = serve(due);
    } catch (const std::exception& error) {
      base::log(base::LogLevel::error, "events.database", {{"reason", std::string_view(error.what())}});
    }
    lock.lock();
    if (served.more && !stopping_)
      pool.waiting.push_back(due);  // behind those that wait already
    else
      in_hand_.erase(due.id);
  }
}

void Webhooks::start() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = false;
  }
  workers_.repeat("events.database", options_.interval, [this] {
    look();
    return options_.interval;
  });
}

void Webhooks::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  workers_.stop();
  const std::lock_guard lock(mutex_);
  for (auto* pool : {&good_, &troubled_}) {
    pool->waiting.clear();
    pool->threads = pool->idle = 0;
  }
  in_hand_.clear();
}

}  // namespace alting::events
