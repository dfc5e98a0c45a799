using System.Collections.Concurrent;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>Records the steps of one image and keeps its bytes.</summary>
internal sealed class RecordingProgress(ConcurrentQueue<string> announced) : ISlotProgress
{
    public ConcurrentQueue<string> Steps { get; } = [];

    public byte[]? Bytes { get; private set; }

    /// <summary>Runs when a prediction id is announced.</summary>
    public Func<string, Task> OnStarted { get; init; } = _ => Task.CompletedTask;

    /// <summary>Whether the paid request may be sent.</summary>
    public bool AllowsSubmission { get; init; } = true;

    /// <summary>Inspects the bytes; <c>null</c> accepts them.</summary>
    public Func<byte[], Error?> Inspect { get; init; } = _ => null;

    public TimeSpan RateLimitWait { get; private set; }

    public Task<bool> SubmittingAsync() => Step("submitting", AllowsSubmission);

    public Task RefusedAsync() => Step("refused", true);

    public async Task StartedAsync(string predictionId, TimeSpan rateLimitWait)
    {
        RateLimitWait = rateLimitWait;
        announced.Enqueue(predictionId);
        await Step("started", true);
        await OnStarted(predictionId);
    }

    public Task StoringAsync() => Step("storing", true);

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
