using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CharacterRefs.Infrastructure.Catalog.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AddSearchKey : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "SearchKey",
                table: "references",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "reference_tags",
                columns: table => new
                {
                    Tag = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ReferenceKey = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_reference_tags", x => new { x.Tag, x.CreatedAt, x.ReferenceKey });
                    table.ForeignKey(
                        name: "FK_reference_tags_references_ReferenceKey",
                        column: x => x.ReferenceKey,
                        principalTable: "references",
                        principalColumn: "Sequence",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_references_Origin_CreatedAt_Sequence",
                table: "references",
                columns: new[] { "Origin", "CreatedAt", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_references_favorites",
                table: "references",
                columns: new[] { "CreatedAt", "Sequence" },
                filter: "\"Favorite\"");

            migrationBuilder.CreateIndex(
                name: "IX_references_rated",
                table: "references",
                columns: new[] { "CreatedAt", "Sequence", "Rating" },
                filter: "\"Rating\" > 0");

            migrationBuilder.CreateIndex(
                name: "IX_reference_tags_ReferenceKey",
                table: "reference_tags",
                column: "ReferenceKey");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "reference_tags");

            migrationBuilder.DropIndex(
                name: "IX_references_Origin_CreatedAt_Sequence",
                table: "references");

            migrationBuilder.DropIndex(
                name: "IX_references_favorites",
                table: "references");

            migrationBuilder.DropIndex(
                name: "IX_references_rated",
                table: "references");

            migrationBuilder.DropColumn(
                name: "SearchKey",
                table: "references");
        }
    }
}
