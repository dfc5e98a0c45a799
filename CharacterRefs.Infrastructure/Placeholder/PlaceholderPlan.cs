using System.Text.Json;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Infrastructure.Placeholder;

/// <summary>A card that is drawn anew for every seed.</summary>
internal sealed class PlaceholderPlan(string description, CardSize size, ImageFormat format, SemaphoreSlim renderings) : IGenerationPlan
{
    public string Model => "placeholder";

    public required IReadOnlyDictionary<string, JsonElement> ParametersUsed { get; init; }

    public required IReadOnlyList<string> ParametersDropped { get; init; }

    public bool UsesSeed => true;

    public async Task<Result<T>> GenerateAsync<T>(
        int? seed,
        Func<string, Task> onPredictionCreated,
        Func<Stream, CancellationToken, Task<Result<T>>> receive,
        CancellationToken cancellationToken)
    {
        var drawnSeed = seed ?? throw new ArgumentNullException(nameof(seed), "The placeholder takes a seed.");
        byte[] bytes;
        await renderings.WaitAsync(cancellationToken);
        try
        {
            bytes = await Task.Run(() => CardRenderer.Render(CardSvg.Compose(description, drawnSeed, size), format), cancellationToken);
        }
        finally
        {
            renderings.Release();
        }

        using var content = new MemoryStream(bytes, writable: false);
        return await receive(content, cancellationToken);
    }
}
