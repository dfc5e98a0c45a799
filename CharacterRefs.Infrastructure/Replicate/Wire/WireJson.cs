using System.Text.Json.Serialization;

namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>Serialization of the wire types. Lenient on purpose: unknown members and a repeated <c>model</c> key were seen in real responses.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(Prediction))]
[JsonSerializable(typeof(PredictionPage))]
[JsonSerializable(typeof(WebhookSecret))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(ModelDocument))]
[JsonSerializable(typeof(ModelVersion))]
[JsonSerializable(typeof(DeploymentDocument))]
[JsonSerializable(typeof(ReplicateFile))]
[JsonSerializable(typeof(CreateBody))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int))]
internal sealed partial class WireJson : JsonSerializerContext;
