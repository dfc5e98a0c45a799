using CharacterRefs.Application.References.Adoption;

namespace CharacterRefs.Api.Operation;

/// <summary>Writes how far an import is: as a bar that is drawn again on a terminal, as a line now and then otherwise.</summary>
/// <param name="tally">What has been done.</param>
/// <param name="clock">Paces the output.</param>
/// <param name="output">Where it is written.</param>
/// <param name="isTerminal">Whether the output can be overwritten.</param>
internal sealed class ImportProgress(ImportTally tally, TimeProvider clock, TextWriter output, bool isTerminal)
{
    private const int BarWidth = 30;
    private const string EraseLine = "\r\e[K";

    private static readonly TimeSpan s_drawing = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_line = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly long _started = clock.GetTimestamp();

    /// <summary>Reports until it is over.</summary>
    public async Task RunAsync(CancellationToken isOver)
    {
        using var timer = new PeriodicTimer(isTerminal ? s_drawing : s_line, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(isOver))
            {
                Report();
            }
        }
        catch (OperationCanceledException)
        {
            // The summary follows.
        }
    }

    /// <summary>Writes a line of its own, above the bar.</summary>
    public void WriteLine(string line)
    {
        lock (_lock)
        {
            output.WriteLine(isTerminal ? EraseLine + line : line);
        }
    }

    private void Report()
    {
        lock (_lock)
        {
            if (isTerminal)
            {
                output.Write($"{EraseLine}[{Bar()}] {Share()}");
                output.Flush();
            }
            else
            {
                output.WriteLine($"{Share()}: {Describe(tally)}");
            }
        }
    }

    private string Bar() => new string('#', Percent * BarWidth / 100).PadRight(BarWidth, '.');

    private string Share() => tally.Total is { } total
        ? string.Create(CultureInfo.InvariantCulture, $"{Percent} % of {total} objects, {Rate:0.0} per second")
        : "listing the store";

    private int Percent => tally.Total switch
    {
        null => 0,
        0 => 100,
        { } total => (int)Math.Min(100, tally.Done * 100 / total), // objects can be added while it runs
    };

    private double Rate => clock.GetElapsedTime(_started).TotalSeconds is > 0 and var seconds ? tally.Done / seconds : 0;

    /// <summary>All counts, as the summary shows them.</summary>
    public static string Describe(ImportTally tally) => string.Create(
        CultureInfo.InvariantCulture,
        $"seen {tally.Seen}, adopted {tally.Adopted} ({tally.Bytes} bytes), skipped {tally.Skipped}, rejected {tally.Rejected}, failed {tally.Failed}");
}
