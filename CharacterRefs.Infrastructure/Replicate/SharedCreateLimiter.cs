using System.Diagnostics.Metrics;
using CharacterRefs.Infrastructure.Catalog;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// The limiter of several nodes with one token. While creates are not paced it reads and writes nothing. After a rejection the rate is a state in the
/// catalog, and each create must be reserved there. A node reserves one create at a time, for the next free time, so that all nodes get an equal share
/// whatever their distance from the catalog. A rejected create invalidates what was reserved before.
/// </summary>
internal sealed class SharedCreateLimiter(
    SharedStates states, ICatalogSignals signals, TimeProvider clock, IMeterFactory meters, ILogger<CreateLimiter> logger)
    : CreateLimiter(clock, meters, logger), ISignalReceiver
{
    /// <summary>The state in the catalog.</summary>
    public const string StateName = "replicate_creates";

    // After a longer wait the state is read again, because the signal of a rejection can be lost.
    private static readonly TimeSpan s_unconfirmed = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_pauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock = clock;
    private readonly ILogger<CreateLimiter> _logger = logger;
    private readonly CancellationTokenSource _end = new();

    // Results of creates that are not in the catalog yet.
    private List<Func<CreateRate, CreateRate>> _changes = [];
    private bool _hasNews;
    private bool _isPacing;
    private DateTimeOffset? _reservedAt;

    /// <summary>When the first create that waits may be sent; <c>null</c> while it has no place.</summary>
    public DateTimeOffset? ReservedAt
    {
        get
        {
            lock (Sync)
            {
                return _reservedAt;
            }
        }
    }

    public void Receive(CatalogSignal signal)
    {
        if (signal.Kind is CatalogSignalKind.Rate && Parse(signal.Subject) is { } rate)
        {
            lock (Sync)
            {
                Rate = rate.RejectedAt > Rate.RejectedAt ? rate : Rate;
            }
        }
    }

    public void ReceiveAll()
    {
        lock (Sync)
        {
            _hasNews = true;
            Schedule(Now);
        }
    }

    // Not while merely this node is idle: others may be pacing. The next create finds in the catalog whether they are.
    protected override bool MaySend(DateTimeOffset now) => Rate.Rate is null;

    protected override CreateRate Change(Func<CreateRate, CreateRate> change, bool isRejection)
    {
        var before = Rate;
        if (isRejection || before.Rate is not null)
        {
            // Creates that were sent while nothing was paced are counted only here.
            _changes.Add(state => change(state.Rate is null ? before : state));
            _hasNews |= isRejection;
        }

        return base.Change(change, isRejection);
    }

    protected override void Schedule(DateTimeOffset now)
    {
        if (!_isPacing && (Waiting > 0 || _hasNews))
        {
            _isPacing = true;
            _ = Task.Run(PaceAsync);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _end.Cancel();
        base.Dispose(disposing);
    }

    private static CreateRate? Parse(string state)
    {
        try
        {
            return JsonSerializer.Deserialize(state, CreateRateJson.Default.CreateRate);
        }
        catch (JsonException)
        {
            return null; // of another version
        }
    }

    /// <summary>Writes new results and reserves one create after the other, until there are no new results and no create waits.</summary>
    private async Task PaceAsync()
    {
        while (true)
        {
            List<Func<CreateRate, CreateRate>> changes;
            bool isRejection, reserves;
            lock (Sync)
            {
                if (Waiting == 0 && !_hasNews)
                {
                    _isPacing = false;
                    return;
                }

                (changes, _changes, isRejection, _hasNews, reserves) = (_changes, [], _hasNews && _changes.Count > 0, false, Waiting > 0);
            }

            try
            {
                await PaceOneAsync(changes, isRejection, reserves);
            }
            catch (Exception) when (_end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // Nothing is sent meanwhile: without the catalog no create could be recorded either.
                _logger.RateUnknown(error.Message);
                lock (Sync)
                {
                    _changes.InsertRange(0, changes);
                    _hasNews = true;
                }

                await Task.Delay(s_pauseAfterFault, _clock, CancellationToken.None);
            }
        }
    }

    private async Task PaceOneAsync(List<Func<CreateRate, CreateRate>> changes, bool isRejection, bool reserves)
    {
        var (rate, reservedOn, at) = await ChangeAsync(changes, reserves);
        if (isRejection)
        {
            signals.Send(new CatalogSignal(CatalogSignalKind.Rate, JsonSerializer.Serialize(rate, CreateRateJson.Default.CreateRate)));
        }

        if (!reserves)
        {
            return;
        }

        if (at > reservedOn)
        {
            // Rounded up: timers count whole milliseconds.
            var due = Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, (at - Now).TotalMilliseconds))), _clock, _end.Token);
            lock (Sync)
            {
                _reservedAt = at;
            }

            await due;
            if (at - reservedOn > s_unconfirmed)
            {
                await ChangeAsync([], reserves: false);
            }
        }

        lock (Sync)
        {
            _reservedAt = null;
            if (Rate.RejectedAt <= reservedOn)
            {
                Grant(Now);
            }
        }
    }

    /// <returns>The new state, the time of the change, and when the reserved create may be sent.</returns>
    private async Task<(CreateRate Rate, DateTimeOffset Now, DateTimeOffset At)> ChangeAsync(List<Func<CreateRate, CreateRate>> changes, bool reserves)
    {
        var (rate, now, at) = (CreateRate.Free, default(DateTimeOffset), default(DateTimeOffset));
        await states.ChangeAsync(
            StateName,
            recorded =>
            {
                now = Now;
                rate = changes.Aggregate((recorded is null ? null : Parse(recorded)) ?? CreateRate.Free, (state, change) => change(state));
                if (reserves)
                {
                    var next = rate.NextAt(now);
                    at = next > now ? next : now;
                    rate = rate.Send(hasWaited: at > now, at);
                }

                return JsonSerializer.Serialize(rate, CreateRateJson.Default.CreateRate);
            },
            _end.Token);
        lock (Sync)
        {
            // What was rejected or accepted since then is not in the catalog yet.
            Rate = _changes.Aggregate(rate, (state, change) => change(state));
        }

        return (rate, now, at);
    }
}
