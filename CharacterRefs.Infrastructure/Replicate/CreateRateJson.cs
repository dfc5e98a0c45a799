using System.Text.Json.Serialization;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Serialization of <see cref="CreateRate"/> for the catalog and for signals.</summary>
[JsonSerializable(typeof(CreateRate))]
internal sealed partial class CreateRateJson : JsonSerializerContext;
