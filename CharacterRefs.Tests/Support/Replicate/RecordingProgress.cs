using System.Collections.Concurrent;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>Records the steps of one image and keeps its bytes.</summary>
internal sealed class RecordingProgress(ConcurrentQueue<string> announced) : ISlotProgress
{
    public ConcurrentQueue<string> Steps { get; } = [];

    public byte[]? Bytes { get; private set; }

    /// <summary>Runs before the paid request is sent.</summary>
    public Func<Task> WhenSubmitting { get; init; } = () => Task.CompletedTask;

    /// <summary>Runs when a prediction id is announced.</summary>
    public Action<string> OnStarted { get; init; } = _ => { };

    /// <summary>Whether the paid request may be sent.</summary>
    public bool AllowsSubmission { get; init; } = true;

    /// <summary>Inspects the bytes; <c>null</c> accepts them.</summary>
    public Func<byte[], Error?> Inspect { get; init; } = _ => null;

    public TimeSpan RateLimitWait { get; private set; }

    /// <summary>The waits for the rate limit that were announced while they lasted.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = [];

    public async Task<bool> SubmittingAsync()
    {
        await WhenSubmitting();
        return await Step("submitting", AllowsSubmission);
    }

    public void Waited(TimeSpan rateLimitWait, bool isOver)
    {
        RateLimitWait = rateLimitWait;
        if (!isOver)
        {
            Waits.Enqueue(rateLimitWait);
        }
    }

    public Task RejectedAsync() => Step("rejected", true);

    public void Started(string predictionId, bool isEnding = false)
    {
        announced.Enqueue(predictionId);
        Steps.Enqueue("started");
        OnStarted(predictionId);
    }

    public void Storing(int extraOutputs = 0) => Steps.Enqueue("storing");

    public async Task<Error?> ReceiveAsync(Stream content, CancellationToken cancellationToken)
    {
        await Step("receiving", true);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        Bytes = bytes.ToArray();
        return Inspect(Bytes);
    }

    private Task<bool> Step(string name, bool result)
    {
        Steps.Enqueue(name);
        return Task.FromResult(result);
    }
}
