namespace CharacterRefs.Tests.Support.S3;

/// <summary>A script for <see cref="FaultProxy"/> that lets a share of all requests fail, in every way, chosen by a seed.</summary>
internal sealed class RandomFaults(int seed, double share)
{
    private readonly Random _random = new(seed);
    private readonly Lock _turn = new();
    private readonly int[] _counts = new int[4];

    /// <summary>Number of faults by kind.</summary>
    public string Counts => $"{_counts[0]} resets, {_counts[1]} dropped responses, {_counts[2]} times 500, {_counts[3]} times 503";

    /// <summary>How many requests failed.</summary>
    public int Total => _counts.Sum();

    public Task HandleAsync(ProxiedCall call) => Next() switch
    {
        0 => call.BreakAsync(),
        1 => call.DropResponseAsync(),
        2 => call.FailAsync(500, "InternalError"),
        3 => call.FailAsync(503, "SlowDown"),
        _ => call.PassOnAsync(),
    };

    private int? Next()
    {
        lock (_turn)
        {
            if (_random.NextDouble() >= share)
            {
                return null;
            }

            var kind = _random.Next(_counts.Length);
            _counts[kind]++;
            return kind;
        }
    }
}
