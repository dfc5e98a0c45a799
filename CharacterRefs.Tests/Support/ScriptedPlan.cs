using System.Text.Json;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Tests.Support;

/// <summary>
/// A plan whose slots end as told, in the order in which they are asked for: <c>null</c> delivers an image, an error is returned, an exception thrown.
/// </summary>
internal sealed class ScriptedPlan(params Func<CancellationToken, Task<Error?>>[] slots) : IGenerationPlan
{
    private int _calls;

    public static Func<CancellationToken, Task<Error?>> Delivers => _ => Task.FromResult<Error?>(null);

    public string Model => "owner/planned";

    public IReadOnlyDictionary<string, JsonElement> ParametersUsed { get; } =
        new Dictionary<string, JsonElement> { ["steps"] = JsonSerializer.SerializeToElement(28) };

    public IReadOnlyList<string> ParametersDropped { get; } = ["negative_prompt"];

    public bool UsesSeed { get; init; } = true;

    public bool HasPredictions { get; init; } = true;

    public List<int?> Seeds { get; } = [];

    /// <summary>Told the slot just before its bytes are handed over.</summary>
    public Action<int> BeforeReceiving { get; init; } = _ => { };

    public static Func<CancellationToken, Task<Error?>> Refuses(ErrorKind kind, string detail = "No.") =>
        _ => Task.FromResult<Error?>(new Error(kind, detail));

    public static Func<CancellationToken, Task<Error?>> Throws(Exception exception) => _ => Task.FromException<Error?>(exception);

    public async Task<Result<T>> GenerateAsync<T>(
        int? seed,
        Func<string, Task> onPredictionCreated,
        Func<Stream, CancellationToken, Task<Result<T>>> receive,
        CancellationToken cancellationToken)
    {
        var index = _calls++;
        Seeds.Add(seed);
        if (HasPredictions)
        {
            await onPredictionCreated($"prediction-{index}");
        }

        if (await slots[index](cancellationToken) is { } error)
        {
            return error;
        }

        BeforeReceiving(index);
        return await receive(new MemoryStream([(byte)index]), CancellationToken.None);
    }
}
